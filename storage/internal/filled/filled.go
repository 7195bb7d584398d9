// Package filled makes values of the model in which no field is zero, for tests of storages and of
// JSON forms. It uses reflection, so a field that the model gains is in every such test.
package filled

import (
	"fmt"
	"reflect"
	"slices"
	"time"
	"unsafe"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// Filler fills values. The fields get values that depend on N, which grows with each field.
type Filler struct {
	N      int
	Texts  []string // each text is a number and one of them, in turn
	Sparse bool     // leaves a third of the fields at zero, but none in a slice
}

// Of returns a T in which no field is zero. It uses a Filler with N = n and Texts = texts. Two
// fields have different values if their type has enough valid values. A slice has three elements.
// Two calls return different values if their n differ by more than the number of fields of T. Of
// panics for a kind of type that it does not support, and if T has a text and texts is empty.
func Of[T any](n int, texts []string) (v T) {
	f := Filler{N: n, Texts: texts}
	f.Fill(reflect.ValueOf(&v).Elem())
	return v
}

func (f *Filler) text() string { return f.Texts[f.N%len(f.Texts)] }

// time returns a time in the years 1 to 9999, to the microsecond.
func (f *Filler) time() time.Time {
	hours := time.Duration(f.N%1_000_000) * (time.Hour + time.Microsecond)
	return time.Date(1+f.N*37%9800, 2, 28, 23, 59, 58, 123456000, time.UTC).Add(hours)
}

// role returns one of the vendors' roles, or one of a host.
func (f *Filler) role(n int) user.Role {
	list := append(slices.Collect(user.VendorRoles().All()), "quality_analyst")
	return list[(f.N+n)%len(list)]
}

// custom returns four custom attributes: a text, a number with decimals, a whole number and a bool.
// The text is the number N, followed by the next one of f.Texts, or by "long" if that text is
// longer than user.MaxCustomText bytes.
func (f *Filler) custom() user.Custom {
	text := f.text()
	if len(text) > user.MaxCustomText {
		text = "long"
	}
	n := float64(f.N)
	return user.Custom{}.With("site", user.TextValue(fmt.Sprint(f.N, text))).With("n.decimal", user.NumberValue(n+0.25)).
		With("n-whole", user.NumberValue(-n)).With("yes", user.BoolValue(f.N%2 == 0))
}

// special returns a value for the type t if Fill cannot choose one by the kind of t, for example
// because only certain values of a role are valid. For any other type it returns nil.
func (f *Filler) special(t reflect.Type) any {
	n := f.N
	switch t {
	case reflect.TypeFor[time.Time]():
		return f.time()
	case reflect.TypeFor[time.Duration]():
		return time.Duration(n) * time.Second
	case reflect.TypeFor[user.Secret]():
		return user.SecretOf(fmt.Sprint("hash ", n), f.time(), fmt.Sprint("earlier ", n), f.text())
	case reflect.TypeFor[user.Kind]():
		return user.System + user.Kind(n%2)
	case reflect.TypeFor[user.Role]():
		return f.role(0)
	case reflect.TypeFor[user.Roles]():
		return user.RolesOf(f.role(0), f.role(7), user.Payer)
	case reflect.TypeFor[user.Status]():
		return user.Online + user.Status(n%7)
	case reflect.TypeFor[user.ReferenceKind]():
		return user.ReferenceApplication + user.ReferenceKind(n%9)
	case reflect.TypeFor[user.Attribute]():
		return user.AttrLogin + user.Attribute(1+n%(user.AllAttributes().Len()-1))
	case reflect.TypeFor[user.Optional]():
		return user.Some(n)
	case reflect.TypeFor[user.Value]():
		u := user.User{Identity: user.Identity{Login: fmt.Sprint(n, f.text())}, Capacity: user.Capacity{
			MaxChats: n, Skills: user.IDSetOf(user.SkillID(n)),
		}}
		list := user.Diff(user.User{}, u)
		return list[n%len(list)].After
	case reflect.TypeFor[user.Custom]():
		return f.custom()
	case reflect.TypeFor[user.CustomSchema]():
		options := user.ListOf(fmt.Sprint(n), "é", "e\u0301")
		return user.CustomSchemaOf(
			user.CustomAttribute{Name: "site", Type: user.CustomChoice, Required: true, Options: options},
			user.CustomAttribute{Name: "n", Type: user.CustomNumber, Min: user.NumberValue(-0.5), Max: user.NumberValue(float64(n))},
			user.CustomAttribute{Name: "code", Type: user.CustomString, MinLength: 1, MaxLength: 1 + n%256},
			user.CustomAttribute{Name: "from", Type: user.CustomDate, Min: user.TextValue("2026-11-30")},
		)
	case reflect.TypeFor[balance.Kind]():
		return balance.Funding + balance.Kind(n%4)
	case reflect.TypeFor[balance.SkipReason]():
		return balance.AccountShort + balance.SkipReason(n%3)
	case reflect.TypeFor[balance.Currency]():
		return balance.Currency("USD")
	case reflect.TypeFor[[storage.NumSequences]int64]():
		var given [storage.NumSequences]int64
		for i := range given {
			if storage.Sequence(i).Valid() {
				given[i] = int64(n + i)
			}
		}
		return given
	}
	return nil
}

// Fill sets v, and all fields and elements of v, to values that depend on N and are not zero. It
// adds 1 to N for each value. If Sparse is set, it leaves about a third of the values unchanged,
// except inside a slice, an array or a pointer. v must be settable or a field of a settable value.
// Fill panics for a kind of type that it does not support, and for a text if f.Texts is empty.
func (f *Filler) Fill(v reflect.Value) {
	if f.N++; f.Sparse && f.N*7%3 == 0 {
		return
	}
	if !v.CanSet() { // an unexported field of a set, a list or an amount, which no package but its own can name
		v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
	}
	if s := f.special(v.Type()); s != nil {
		v.Set(reflect.ValueOf(s))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprint(f.N, f.text()))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(f.N))
	case reflect.Uint8, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(f.N%100 + 1))
	case reflect.Struct:
		for i := range v.NumField() {
			f.Fill(v.Field(i))
		}
	case reflect.Slice: // ascending, as sets demand
		v.Set(reflect.MakeSlice(v.Type(), 3, 3))
		f.whole(v)
	case reflect.Array:
		f.whole(v)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		sparse := f.Sparse
		f.Sparse = false // a set or a list points to no empty slice
		f.Fill(v.Elem())
		f.Sparse = sparse
	default:
		panic("filled: cannot fill a " + v.Type().String())
	}
}

// whole fills all elements of list, a slice or an array, and all their fields. It ignores Sparse.
func (f *Filler) whole(list reflect.Value) {
	sparse := f.Sparse
	f.Sparse = false
	for i := range list.Len() {
		f.Fill(list.Index(i))
	}
	f.Sparse = sparse
}
