package storagetest

import (
	"fmt"
	"reflect"
	"time"

	"github.com/ca74b63c/roster/user"
)

// difference returns the first difference of got and want, "" if there is none. Nil and empty
// slices are equal. Times are equal if they are the same moment and got is in UTC. The result never
// contains a secret.
func difference(got, want any) string {
	if reflect.DeepEqual(got, want) { // nearly always, and much faster
		return ""
	}
	return differ("", reflect.ValueOf(got), reflect.ValueOf(want))
}

var (
	timeType   = reflect.TypeFor[time.Time]()
	secretType = reflect.TypeFor[user.Secret]()
	valueType  = reflect.TypeFor[user.Value]()
)

// differ returns a text that describes the first difference of got and want, or "" if they are
// equal. The text begins with path, which says where the values are, such as ".Names.First". The
// function difference says which values are equal. The text never contains a secret.
func differ(path string, got, want reflect.Value) string {
	verb := "%v"
	switch {
	case got.Type() != want.Type():
		return fmt.Sprintf("%s is a %s, want a %s", path, got.Type(), want.Type())
	case got.Type() == timeType:
		g, w := got.Interface().(time.Time), want.Interface().(time.Time)
		if g.Equal(w) && g.IsZero() == w.IsZero() && g.Location() == time.UTC {
			return ""
		}
		return fmt.Sprintf("%s is %v, want %v, want UTC", path, g, w)
	case got.Type() == secretType:
		if got.Interface().(user.Secret).Equal(want.Interface().(user.Secret)) {
			return ""
		}
		return path + " is another secret"
	case got.Type() == valueType, got.Kind() == reflect.String:
		verb = "%.200q"
	case got.Kind() == reflect.Struct:
		// The model's sets and lists keep their items to themselves and give them out by Slice.
		if slice := got.MethodByName("Slice"); slice.IsValid() {
			return differ(path, slice.Call(nil)[0], want.MethodByName("Slice").Call(nil)[0])
		}
		for i := range got.NumField() {
			if d := differ(path+"."+got.Type().Field(i).Name, got.Field(i), want.Field(i)); d != "" {
				return d
			}
		}
		return ""
	case got.Kind() == reflect.Slice, got.Kind() == reflect.Array:
		if got.Len() != want.Len() {
			return fmt.Sprintf("%s has %d items, want %d: %v, want %v", path, got.Len(), want.Len(), ids(got), ids(want))
		}
		for i := range got.Len() {
			if d := differ(fmt.Sprintf("%s[%d]", path, i), got.Index(i), want.Index(i)); d != "" {
				return d
			}
		}
		return ""
	case got.Kind() == reflect.Pointer && got.IsNil() != want.IsNil():
		return fmt.Sprintf("%s is nil: %t, want %t", path, got.IsNil(), want.IsNil())
	case got.Kind() == reflect.Pointer && !got.IsNil():
		return differ(path, got.Elem(), want.Elem())
	}
	if got.Equal(want) {
		return ""
	}
	return fmt.Sprintf("%s is "+verb+", want "+verb, path, got, want)
}

// ids returns a short list of numbers as it is, and "…" for other lists.
func ids(list reflect.Value) any {
	if k := list.Type().Elem().Kind(); k < reflect.Int || k > reflect.Uint64 || list.Len() > 40 {
		return "…"
	}
	return list
}
