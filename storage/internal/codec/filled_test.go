package codec

import (
	"fmt"
	"reflect"
	"time"
	"unsafe"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

// hostile are texts that formats of text lose.
var hostile = []string{"\x00", "a\x00b", "\xff\xfe", "\xc3", "\xed\xa0\x80", `"'\`, "é", "e\u0301", "\uFFFD", "😀", "\x01"}

// filled returns a T without a zero in it, down to the last field, by reflection: a field that the model gains is in
// it before anyone thinks of it. No two fields hold the same.
func filled[T any]() T {
	var v T
	n := 0
	fill(&n, reflect.ValueOf(&v).Elem())
	return v
}

// special are the values of types whose fields may not hold just anything.
var special = map[reflect.Type]func(n int) any{
	reflect.TypeFor[time.Time](): func(n int) any {
		return time.Date(1969, 12, 31, 23, 59, 59, 123456000, time.UTC).Add(time.Duration(n) * time.Hour)
	},
	reflect.TypeFor[balance.Currency](): func(int) any { return balance.Currency("USD") },
	reflect.TypeFor[user.Optional]():    func(n int) any { return user.Some(n) },
	reflect.TypeFor[user.Value](): func(n int) any {
		return user.Diff(user.User{}, user.User{Capacity: user.Capacity{MaxChats: n}})[0].After
	},
	reflect.TypeFor[user.Attribute](): func(n int) any { return user.Attribute(n % user.AllAttributes().Len()) },
	reflect.TypeFor[user.Secret](): func(n int) any { // which shows reflection nothing of what it holds
		return user.SecretOf(fmt.Sprint(n, hostile[1]), time.UnixMicro(int64(n)).UTC(), "a"+hostile[2], "b")
	},
}

func fill(n *int, v reflect.Value) {
	*n++
	if !v.CanSet() { // an unexported field of a set, a list or an amount
		v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
	}
	if value, ok := special[v.Type()]; ok {
		v.Set(reflect.ValueOf(value(*n)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprint(*n, hostile[*n%len(hostile)]))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(*n%250 + 1))
	case reflect.Struct:
		for i := range v.NumField() {
			fill(n, v.Field(i))
		}
	case reflect.Slice: // ascending, as sets demand
		v.Set(reflect.MakeSlice(v.Type(), 3, 3))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			fill(n, v.Index(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(n, v.Elem())
	default:
		panic("cannot fill a " + v.Type().String())
	}
}
