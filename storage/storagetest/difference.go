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

func differ(path string, got, want reflect.Value) string {
	if got.Type() != want.Type() {
		return fmt.Sprintf("%s is a %s, want a %s", path, got.Type(), want.Type())
	}
	switch got.Type() {
	case timeType:
		return differTime(path, got.Interface().(time.Time), want.Interface().(time.Time))
	case secretType:
		if a, b := got.Interface().(user.Secret), want.Interface().(user.Secret); !a.Equal(b) {
			return path + " is another secret"
		}
		return ""
	case valueType:
		if a, b := got.Interface().(user.Value), want.Interface().(user.Value); a != b {
			return fmt.Sprintf("%s is %.200q, want %.200q", path, a, b)
		}
		return ""
	}
	switch got.Kind() {
	case reflect.Struct:
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
	case reflect.Slice, reflect.Array:
		if got.Len() != want.Len() {
			return fmt.Sprintf("%s has %d items, want %d%s", path, got.Len(), want.Len(), shown(got, want))
		}
		for i := range got.Len() {
			if d := differ(fmt.Sprintf("%s[%d]", path, i), got.Index(i), want.Index(i)); d != "" {
				return d
			}
		}
		return ""
	case reflect.Pointer:
		if got.IsNil() || want.IsNil() {
			if got.IsNil() != want.IsNil() {
				return fmt.Sprintf("%s is nil: %t, want %t", path, got.IsNil(), want.IsNil())
			}
			return ""
		}
		return differ(path, got.Elem(), want.Elem())
	case reflect.String:
		if got.String() != want.String() {
			return fmt.Sprintf("%s is %.200q, want %.200q", path, got.String(), want.String())
		}
		return ""
	}
	if !got.Equal(want) {
		return fmt.Sprintf("%s is %v, want %v", path, got, want)
	}
	return ""
}

// shown returns two short lists of numbers as text, and "" for other lists.
func shown(got, want reflect.Value) string {
	if k := got.Type().Elem().Kind(); k < reflect.Int || k > reflect.Uint64 || got.Len() > 40 || want.Len() > 40 {
		return ""
	}
	return fmt.Sprintf(": %v, want %v", got, want)
}

func differTime(path string, got, want time.Time) string {
	switch {
	case !got.Equal(want):
		return fmt.Sprintf("%s is %v, want %v", path, got, want)
	case got.IsZero() != want.IsZero():
		return fmt.Sprintf("%s is zero: %t, want %t", path, got.IsZero(), want.IsZero())
	case got.Location() != time.UTC:
		return fmt.Sprintf("%s is in %v, want UTC", path, got.Location())
	}
	return ""
}
