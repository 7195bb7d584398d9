package user

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"github.com/ca74b63c/roster/validate"
)

func TestCustomIsASetOfValues(t *testing.T) {
	c := Custom{}.With("site", TextValue("Berlin")).With("b", BoolValue(false)).With("n", NumberValue(-0.5))
	if got := c.String(); got != `{"b":false,"n":-0.5,"site":"Berlin"}` || c.size() != len(got) || c.Len() != 3 {
		t.Errorf("%s, %d bytes, %d values", got, c.size(), c.Len())
	}
	same := Custom{}.With("n", val("-0.50")).With("site", TextValue("Paris")).With("b", BoolValue(false)).With("site", TextValue("Berlin"))
	if !c.Equal(same) || c.Equal(same.With("n", NumberValue(1))) || !(Custom{}).Equal(c.With("b", Value{}).With("n", Value{}).With("site", TextValue(""))) {
		t.Error("Equal")
	}
	if v, ok := c.Get("site"); !ok || v.String() != "Berlin" {
		t.Error(v, ok)
	}
	if v, ok := c.Get("sit"); ok || !v.IsZero() {
		t.Error(v, ok)
	}
	if !c.HasAll(Custom{}) || !c.HasAll(c) || (Custom{}).HasAll(c) || c.HasAll(Custom{}.With("site", TextValue("Paris"))) ||
		!c.HasAll(Custom{}.With("n", TextValue("-0.5"))) {
		t.Error("HasAll")
	}
	var names []string
	for name := range c.All() {
		names = append(names, name)
	}
	if !slices.Equal(names, []string{"b", "n", "site"}) || !(Custom{}).IsZero() || (Custom{}).size() != 2 || c.IsZero() {
		t.Error(names)
	}
	if unsafe.Sizeof(c) != 8 {
		t.Errorf("a Custom takes %d bytes of every user", unsafe.Sizeof(c))
	}
}

func TestCustomFromJSON(t *testing.T) {
	for in, want := range map[string]string{
		`{}`: `{}`, ` {"site":"Berlin","n":1.50,"z":-0,"y":-0.0,"t":true} `: `{"n":1.5,"site":"Berlin","t":true,"y":0,"z":0}`,
		`{"a":null,"b":""}`: `{}`, `{"q":"\u0022\\é\n"}`: `{"q":"\"\\é\n"}`, `{"n":100,"m":0.000001}`: `{"m":0.000001,"n":100}`,
		`{"max":999999999999999,"min":-0.00000000000001}`: `{"max":999999999999999,"min":-0.00000000000001}`,
	} {
		var c Custom
		if err := json.Unmarshal([]byte(in), &c); err != nil || c.String() != want {
			t.Errorf("%s: %s, %v", in, c, err)
		}
	}
	for in, want := range map[string]string{
		`[]`: "the value is not valid", `{"S3cret name":1}`: "the value has an unknown member", `{"a":[1]}`: "/a: is not valid",
		`{"a":{}}`: "/a: is not valid", `{"a":1e5}`: "/a: is not valid", `{"a":1234567890123456}`: "/a: is longer than 15 digits",
		`{"a":0.1234567890123456}`: "/a: is longer than 15 digits", `{"a":"\u0000"}`: "the value is not valid",
		"{\"a\":\"\xff\"}": "the value is not valid", `{"a":1,"a":2}`: "the value is not valid",
		`{"a":"` + strings.Repeat("é", 257) + `"}`: "/a: is longer than 256 characters",
	} {
		c := Custom{}.With("kept", BoolValue(true))
		err := c.UnmarshalJSON([]byte(in))
		if err == nil || strings.TrimPrefix(err.Error(), "validate: ") != want || !errors.Is(err, validate.ErrInvalid) || c.Len() != 1 {
			t.Errorf("%s: %v, want %s", in, err, want)
		}
	}
	var u User
	err := json.Unmarshal([]byte(`{"id":1,"custom":{"a":[1]}}`), &u)
	var invalid *validate.Error
	if !errors.As(err, &invalid) || invalid.Problems[0].Path != "/custom/a" {
		t.Error(err)
	}
}

// A value that no storage keeps, or that no JSON number is, never gets past a check.
func TestHostileCustomValues(t *testing.T) {
	for _, v := range []Value{
		TextValue("a\x00"), TextValue("\xff"), NumberValue(math.NaN()), NumberValue(math.Inf(-1)), NumberValue(math.MaxFloat64),
		NumberValue(math.SmallestNonzeroFloat64), NumberValue(1.0 / 3), val(`[1]`), val(`{"a":1}`), TextValue(strings.Repeat("a", 257)),
	} {
		if err := (Custom{}.With("a", v)).Check(); err == nil || !strings.HasPrefix(err.Error(), "validate: /a: ") {
			t.Errorf("%.40s: %v", v, err)
		}
		p := Patch{Custom: CustomPatch{}.Set("a", v)}
		if err := p.Check(validate.Strict); err == nil || !strings.HasPrefix(err.Error(), "validate: /custom/a: ") {
			t.Errorf("%.40s: %v", v, err)
		}
	}
	if NumberValue(math.Copysign(0, -1)) != NumberValue(0) || NumberValue(1.5) != val("1.5") {
		t.Error("-0 is not 0")
	}
	var many, wide Custom
	var patch CustomPatch
	for i := range MaxCustom + 1 {
		many = many.With("a"+strconv.Itoa(i), BoolValue(true))
		patch = patch.Set("a"+strconv.Itoa(i), BoolValue(true))
		if i < 20 {
			wide = wide.With("a"+strconv.Itoa(i), TextValue(strings.Repeat("😀", MaxCustomText)))
		}
	}
	p := Patch{Custom: patch}
	for err, want := range map[error]string{
		many.Check(): "validate: the value must be from 0 to 64 items", wide.Check(): "validate: the value is longer than 16384 bytes",
		p.Check(validate.Strict):                      "validate: /custom: must be from 0 to 64 items",
		Custom{}.With("Bad", BoolValue(true)).Check(): "validate: the value has an unknown member",
		Custom{}.With("a/b", BoolValue(true)).Check(): "validate: the value has an unknown member",
	} {
		if err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestCustomPatchHasThreeStates(t *testing.T) {
	before := Custom{}.With("a", NumberValue(1)).With("b", NumberValue(2)).With("d", NumberValue(4))
	for in, want := range map[string]string{
		`{}`: before.String(), `null`: `{}`, `{"a":null,"x":null}`: `{"b":2,"d":4}`, `{"a":7,"c":3,"e":5}`: `{"a":7,"b":2,"c":3,"d":4,"e":5}`,
		`{"d":""}`: `{"a":1,"b":2}`, `{"a":null,"b":null,"d":null}`: `{}`,
	} {
		var p CustomPatch
		if err := json.Unmarshal([]byte(in), &p); err != nil {
			t.Errorf("%s: %v", in, err)
		}
		if got := p.apply(before); got.String() != want || got.IsZero() != (want == "{}") || before.Len() != 3 {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
		if b, err := p.MarshalJSON(); err != nil || string(b) != strings.ReplaceAll(in, `""`, "null") {
			t.Errorf("%s reads back as %s, %v", in, b, err)
		}
	}
	after := Custom{}.With("z", BoolValue(true))
	if got := ReplaceCustom(after).apply(before); !got.Equal(after) || ReplaceCustom(Custom{}).IsZero() || !(CustomPatch{}).IsZero() {
		t.Error(got)
	}
	if got := (CustomPatch{}).Set("a", TextValue("")).Set("b", val("1.0")).apply(before); got.String() != `{"b":1,"d":4}` {
		t.Error(got)
	}
	if _, err := ReplaceCustom(after).MarshalJSON(); !errors.Is(err, errReplacesCustom) {
		t.Error(err)
	}
}

func TestDiffNamesCustomAttributes(t *testing.T) {
	before := User{Custom: Custom{}.With("a", NumberValue(1)).With("b", TextValue("x")).With("same", BoolValue(true))}
	after := User{Custom: Custom{}.With("b", TextValue("y")).With("c", BoolValue(false)).With("same", BoolValue(true))}
	want := []Difference{
		{Attribute: AttrCustom, Name: "a", Before: val("1")},
		{Attribute: AttrCustom, Name: "b", Before: val(`"x"`), After: val(`"y"`)},
		{Attribute: AttrCustom, Name: "c", After: val("false")},
	}
	if got := Diff(before, after); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	erased, err := Erase(before, noon)
	if err != nil || !erased.Custom.IsZero() {
		t.Error(erased.Custom, err)
	}
}

func TestTransitionsResetCustomAttributes(t *testing.T) {
	u := atWork()
	f := facts()
	f.Transitions = []Transition{{Name: "left", Lost: Agent, Custom: []string{"site", "none"}}}
	out, err := Patch{Roles: Set(RolesOf(Admin))}.Apply(u, f)
	want := []Reset{{Rule: "left", Attribute: AttrCustom, Name: "site", Before: val(`"Berlin"`)}}
	if err != nil || !reflect.DeepEqual(out.Resets, want) || out.After.Custom.Len() != 2 || !out.Changed.Has(AttrCustom) || out.Lost.Has(AttrCustom) {
		t.Errorf("%+v, %v", out.Resets, err)
	}
	f.Transitions[0] = Transition{Name: "left", Lost: Agent, Resets: AttributesOf(AttrCustom)}
	out, err = Patch{Roles: Set(RolesOf(Admin)), Custom: CustomPatch{}.Set("seniority", NumberValue(9))}.Apply(u, f)
	if err != nil || len(out.Resets) != 3 || out.Resets[1].Before != val("9") || !out.After.Custom.IsZero() || !out.Lost.Has(AttrCustom) {
		t.Errorf("%+v, %v", out.Resets, err)
	}
}

// FuzzCustomJSON proves that decoding never panics and that what was decoded reads back the same.
func FuzzCustomJSON(f *testing.F) {
	for _, s := range []string{
		`{"site":"Berlin","seniority":3,"night":true}`, `{"a":-0.0,"b":1.10,"c":"\ud83d\ude00","d":null}`, `{"a":1e9}`, `{"a":"&"}`, `{"A":1}`, `[1]`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var c Custom
		if c.UnmarshalJSON(b) == nil {
			if err := c.Check(); err != nil {
				t.Fatalf("%s was read, and %v", b, err)
			}
			out, err := c.MarshalJSON() // json.Marshal would escape & too
			var back Custom
			if err != nil || back.UnmarshalJSON(out) != nil || !back.Equal(c) || len(out) != c.size() {
				t.Fatalf("%s is written as %s, %v", b, out, err)
			}
			for _, v := range c.All() {
				if n, ok := v.number(); ok && NumberValue(n) != v {
					t.Fatalf("%s is not kept exactly: %s", v, NumberValue(n))
				}
			}
		}
		var p CustomPatch
		if p.UnmarshalJSON(b) == nil {
			_ = p.apply(crowded().Custom)
		}
		var s CustomSchema
		if json.Unmarshal(b, &s) == nil {
			_ = s.Check()
			_ = s.Restrictions(schema)
		}
	})
}
