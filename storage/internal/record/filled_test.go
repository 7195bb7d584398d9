package record

import (
	"fmt"
	"reflect"
	"slices"
	"time"
	"unsafe"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

// hostile are texts that a wrong encoding loses.
var hostile = []string{`"'\`, "é", "e\u0301", "\uFFFD", "😀", "\x01", "<&>", "\u2028", " "}

// filled returns a T in which no field is zero, also none that the model gains later.
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
	reflect.TypeFor[balance.Currency]():   func(int) any { return balance.Currency("USD") },
	reflect.TypeFor[balance.Kind]():       func(int) any { return balance.Returning },
	reflect.TypeFor[balance.SkipReason](): func(n int) any { return balance.AccountShort + balance.SkipReason(n%3) },
	reflect.TypeFor[user.Kind]():          func(int) any { return user.Bot },
	reflect.TypeFor[user.Role]():          func(n int) any { return roleAt(n) },
	reflect.TypeFor[user.Roles]():         func(n int) any { return user.RolesOf(roleAt(n), roleAt(n+7), user.Payer) },
	reflect.TypeFor[user.Status]():        func(n int) any { return user.Online + user.Status(n%7) },
	reflect.TypeFor[user.ReferenceKind](): func(n int) any { return user.ReferenceApplication + user.ReferenceKind(n%9) },
	reflect.TypeFor[user.Attribute]():     func(n int) any { return user.AttrLogin + user.Attribute(n%9) },
	reflect.TypeFor[user.Value](): func(n int) any {
		var v user.Value
		if err := v.UnmarshalJSON(fmt.Appendf(nil, `{"b":[%d,true],"a":"<&>"}`, n)); err != nil {
			panic(err)
		}
		return v
	},
	reflect.TypeFor[user.Custom](): func(n int) any {
		return user.Custom{}.With("site", user.TextValue(fmt.Sprint(n, hostile[n%len(hostile)]))).With("n", user.NumberValue(float64(n)/4))
	},
	reflect.TypeFor[user.Optional](): func(n int) any { return user.Some(n) },
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

// roleAt returns one of the vendors' roles, or one of a host.
func roleAt(n int) user.Role {
	list := append(slices.Collect(user.VendorRoles().All()), "quality_analyst")
	return list[n%len(list)]
}
