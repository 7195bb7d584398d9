package storagetest

import (
	"fmt"
	"reflect"
	"time"
	"unsafe"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/user"
)

// filled returns a value of type T in which no field is zero. It uses reflection, so that tests
// cover new fields automatically. Values differ between fields and between seeds, as far as the
// type of the field has enough valid values. A slice gets three elements. filled panics for a kind
// of type that it does not support.
func filled[T any](seed int) T {
	var v T
	f := filler{seed * 1009} // a prime, so that every field gets every hostile text
	f.fill(reflect.ValueOf(&v).Elem())
	return v
}

type filler struct{ n int }

// fillers make values of types that do not accept every value.
var fillers = map[reflect.Type]func(n int) any{
	timeType: func(n int) any { return moment(n) },
	secretType: func(n int) any {
		return user.SecretOf(fmt.Sprint("hash ", n), moment(n), fmt.Sprint("earlier ", n), hostile[n%len(hostile)])
	},
	reflect.TypeFor[user.Kind]():          func(n int) any { return user.System + user.Kind(n%2) },
	reflect.TypeFor[user.Role]():          func(n int) any { return roleAt(n) },
	reflect.TypeFor[user.Roles]():         func(n int) any { return user.RolesOf(roleAt(n), roleAt(n+7), user.Payer) },
	reflect.TypeFor[user.Status]():        func(n int) any { return user.Online + user.Status(n%7) },
	reflect.TypeFor[user.ReferenceKind](): func(n int) any { return user.ReferenceApplication + user.ReferenceKind(n%9) },
	reflect.TypeFor[user.Optional]():      func(n int) any { return user.Some(n) },
	reflect.TypeFor[time.Duration]():      func(n int) any { return time.Duration(n) * time.Second },

	valueType: func(n int) any {
		u := user.User{Identity: user.Identity{Login: fmt.Sprint(n, hostile[n%len(hostile)])}}
		return user.Diff(user.User{}, u)[0].After
	},
	reflect.TypeFor[user.Attribute](): func(n int) any {
		return user.AttrLogin + user.Attribute(1+n%(user.AllAttributes().Len()-1))
	},

	reflect.TypeFor[user.Custom](): func(n int) any { return custom(n) },
	reflect.TypeFor[user.CustomSchema](): func(n int) any {
		return user.CustomSchemaOf(
			user.CustomAttribute{
				Name: "site", Type: user.CustomChoice, Required: true, Options: user.ListOf(fmt.Sprint(n), "é", "e\u0301"),
			},
			user.CustomAttribute{Name: "n", Type: user.CustomNumber, Min: user.NumberValue(-0.5), Max: user.NumberValue(float64(n))},
			user.CustomAttribute{Name: "code", Type: user.CustomString, MinLength: 1, MaxLength: 1 + n%256},
			user.CustomAttribute{Name: "from", Type: user.CustomDate, Min: user.TextValue("2026-11-30")},
		)
	},

	reflect.TypeFor[balance.Kind]():       func(int) any { return balance.Transferring },
	reflect.TypeFor[balance.SkipReason](): func(n int) any { return balance.AccountShort + balance.SkipReason(n%3) },
	reflect.TypeFor[balance.Currency]():   func(int) any { return balance.Currency("USD") },
}

func (f *filler) fill(v reflect.Value) {
	f.n++
	if !v.CanSet() { // an unexported field of a set, a list or an amount, which no package but its own can name
		v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
	}
	if make, ok := fillers[v.Type()]; ok {
		v.Set(reflect.ValueOf(make(f.n)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("%d%s", f.n, hostile[f.n%len(hostile)]))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.n))
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(f.n%100 + 1))
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	case reflect.Slice: // ascending, as sets demand
		v.Set(reflect.MakeSlice(v.Type(), 3, 3))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	default:
		panic("storagetest: cannot fill a " + v.Type().String())
	}
}

// custom returns four custom attributes: a text, a number with decimals, a whole number and a bool.
// The values depend on n. The text is n and then one of the texts in hostile, or "long" in place of
// a text that is too long.
func custom(n int) user.Custom {
	text := hostile[n%len(hostile)]
	if len(text) > user.MaxCustomText {
		text = "long"
	}
	return user.Custom{}.With("site", user.TextValue(fmt.Sprint(n, text))).With("n.decimal", user.NumberValue(float64(n)+0.25)).
		With("n-whole", user.NumberValue(float64(-n))).With("yes", user.BoolValue(n%2 == 0))
}
