package storage_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"time"
	"unsafe"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// filler sets every field of a value by reflection, so that a field that the model gains tomorrow
// is in it.
type filler struct {
	*rand.Rand
	text   string
	n      int64
	sparse bool // leaves some fields at zero
}

func (f *filler) word() string {
	f.n++
	return fmt.Sprint(f.n, f.text)
}

func (f *filler) time() time.Time {
	const years1to9999 = 9998 * 365 * 24 * 60 * 60
	return time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC).Add(time.Duration(f.IntN(1e6))*time.Microsecond).
		AddDate(0, 0, f.IntN(years1to9999/86400))
}

// role returns one of the vendors' roles, or one of a host.
func (f *filler) role() user.Role {
	list := append(slices.Collect(user.VendorRoles().All()), "quality_analyst")
	return list[f.IntN(len(list))]
}

func (f *filler) special(t reflect.Type) any {
	units := balance.Units(f.Int64N(int64(2*balance.MaxUnits)) - int64(balance.MaxUnits))
	switch t {
	case reflect.TypeFor[time.Time]():
		return f.time()
	case reflect.TypeFor[user.Kind]():
		return user.System + user.Kind(f.IntN(2))
	case reflect.TypeFor[user.Status]():
		return user.Online + user.Status(f.IntN(7))
	case reflect.TypeFor[user.Role]():
		return f.role()
	case reflect.TypeFor[user.Roles]():
		return user.RolesOf(f.role(), f.role())
	case reflect.TypeFor[user.ReferenceKind]():
		return user.ReferenceApplication + user.ReferenceKind(f.IntN(9))
	case reflect.TypeFor[user.Attribute]():
		return user.Attribute(f.IntN(user.AllAttributes().Len()-1) + 1)
	case reflect.TypeFor[user.Optional]():
		return user.Some(f.Int())
	case reflect.TypeFor[user.Value]():
		u := user.User{Identity: user.Identity{Login: f.word()}, Capacity: user.Capacity{MaxChats: f.Int(), Skills: user.IDSetOf(user.SkillID(f.Int()))}}
		list := user.Diff(user.User{}, u)
		return list[f.IntN(len(list))].After
	case reflect.TypeFor[user.Custom]():
		return user.Custom{}.With("site", user.TextValue("<Łódź>")).With("n", user.NumberValue(float64(f.IntN(1000))/8)).With("yes", user.BoolValue(true))
	case reflect.TypeFor[user.CustomSchema]():
		return user.CustomSchemaOf(
			user.CustomAttribute{Name: "site", Type: user.CustomChoice, Options: user.ListOf(f.word(), "a")},
			user.CustomAttribute{Name: "n", Type: user.CustomNumber, Required: true, Max: user.NumberValue(float64(f.IntN(9)) / 2)},
		)
	case reflect.TypeFor[balance.Kind]():
		return balance.Funding + balance.Kind(f.IntN(4))
	case reflect.TypeFor[balance.SkipReason]():
		return balance.AccountShort + balance.SkipReason(f.IntN(3))
	case reflect.TypeFor[balance.Holder]():
		return []balance.Holder{balance.World, 1, balance.Holder(f.Int64())}[f.IntN(3)]
	case reflect.TypeFor[balance.Units]():
		return units
	case reflect.TypeFor[balance.Money]():
		m, _ := balance.FromUnits(units, []balance.Currency{"USD", "JPY", "CLF"}[f.IntN(3)]) // always in range
		return m
	case reflect.TypeFor[[storage.NumSequences]int64]():
		var given [storage.NumSequences]int64
		for i := range given {
			if storage.Sequence(i).Valid() {
				given[i] = f.Int64()
			}
		}
		return given
	}
	return nil
}

func (f *filler) fill(v reflect.Value) {
	if f.sparse && f.IntN(3) == 0 {
		return
	}
	if !v.CanSet() { // an unexported field of a set or a list
		v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
	}
	if s := f.special(v.Type()); s != nil {
		v.Set(reflect.ValueOf(s))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(f.word())
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64: // sets are ascending
		f.n += f.Int64N(1<<50) + 1
		v.SetInt(f.n)
	case reflect.Uint8, reflect.Uint64:
		v.SetUint(f.Uint64N(256>>1) + 1)
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 3, 3))
		for i := range v.Len() {
			f.fillWhole(v.Index(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fillWhole(v.Elem()) // a set or a list points to no empty slice
	default:
		panic("cannot fill a " + v.Type().String())
	}
}

// fillWhole fills v even if the filler is sparse.
func (f *filler) fillWhole(v reflect.Value) {
	sparse := f.sparse
	f.sparse = false
	f.fill(v)
	f.sparse = sparse
}

func filled(f form, seed uint64) any {
	return f.fill(&filler{Rand: rand.New(rand.NewPCG(seed, 0)), text: ` <&"\é😀`})
}
