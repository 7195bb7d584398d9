package user

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCustomSchemaCheck(t *testing.T) {
	good := `[{"name":"site","type":"choice","required":true,"options":["Berlin","Łódź"]},` +
		`{"name":"n","type":"number","min":-0.5,"max":10},{"name":"from","type":"date","min":"2026-01-01","max":"2026-01-01"},` +
		`{"name":"b","type":"boolean"},{"name":"code","type":"string","minLength":2,"maxLength":4}]`
	var s CustomSchema
	if err := json.Unmarshal([]byte(good), &s); err != nil || s.Check() != nil || s.Len() != 5 || s.IsZero() {
		t.Fatal(err, s.Check())
	}
	if b, err := json.Marshal(s); err != nil || string(b) != good {
		t.Errorf("%s, %v", b, err)
	}
	if a, ok := s.Get("b"); !ok || a.Type != CustomBoolean {
		t.Error(a, ok)
	}
	if _, ok := s.Get("c"); ok || (CustomSchema{}).Check() != nil || !(CustomSchema{}).Equal(CustomSchemaOf()) || s.Equal(CustomSchema{}) {
		t.Error("the empty schema")
	}
	bad := CustomSchemaOf(
		CustomAttribute{Name: "Bad", Type: "text"}, CustomAttribute{Name: "a", Type: CustomChoice},
		CustomAttribute{Name: "a", Type: CustomChoice, Options: ListOf("x", "x", "", "\xff", strings.Repeat("a", 257)), MinLength: 1, Max: NumberValue(1)},
		CustomAttribute{Name: "b", Type: CustomString, MinLength: 3, MaxLength: 2, Options: ListOf("a"), Min: NumberValue(1)},
		CustomAttribute{Name: "c", Type: CustomNumber, Min: NumberValue(2), Max: NumberValue(1), MaxLength: 3},
		CustomAttribute{Name: "d", Type: CustomNumber, Min: TextValue("1"), Max: BoolValue(true)},
		CustomAttribute{Name: "e", Type: CustomDate, Min: TextValue("2026-02-30"), Max: NumberValue(1)},
		CustomAttribute{Name: "f", Type: CustomString, MaxLength: 257, MinLength: -1},
	)
	want := []string{
		"/0/name invalid", "/0/type unknown", "/1/options required", "/2/max forbidden", "/2/minLength forbidden",
		"/2/name duplicate", "/2/options/1 duplicate", "/2/options/2 required", "/2/options/3 invalid_utf8", "/2/options/4 too_long",
		"/3/min forbidden", "/3/minLength out_of_range", "/3/options forbidden", "/4/max out_of_range", "/4/maxLength forbidden",
		"/5/max invalid", "/5/min invalid", "/6/max invalid", "/6/min invalid", "/7/maxLength out_of_range", "/7/minLength out_of_range",
	}
	if d := cmp.Diff(want, problems(t, bad.Check())); d != "" {
		t.Error(d)
	}
	account := Account{ID: "a", Currency: "USD", CustomAttributes: bad}
	if got := problems(t, account.Check()); got[0] != "/customAttributes/0/name invalid" {
		t.Error(got)
	}
	many := slices.Repeat([]CustomAttribute{{Name: "a", Type: CustomBoolean}}, MaxCustom+1)
	if d := cmp.Diff([]string{" out_of_range"}, problems(t, CustomSchemaOf(many...).Check())); d != "" {
		t.Error(d)
	}
	for _, text := range []string{`{}`, `[1]`, `[{"nam":1}]`, `[{"name":"a","name":"b"}]`} {
		if err := json.Unmarshal([]byte(text), &s); err == nil {
			t.Error(text)
		}
	}
}

func TestApplyChecksCustomAttributes(t *testing.T) {
	f := facts()
	f.Custom = func() CustomSchema {
		return CustomSchemaOf(
			CustomAttribute{Name: "site", Type: CustomChoice, Options: ListOf("Berlin", "Łódź"), Required: true},
			CustomAttribute{Name: "n", Type: CustomNumber},
		)
	}
	none := Facts{Now: f.Now}
	stored := User{ID: 1, Version: 1}
	old := User{ID: 1, Version: 1, Custom: Custom{}.With("site", TextValue("gone")).With("was", BoolValue(true))}
	for _, tt := range []struct {
		name string
		u    User
		f    Facts
		p    CustomPatch
		want []string
	}{
		{"a new user needs what is required", User{ID: 1}, f, CustomPatch{}, []string{"/custom/site required"}},
		{"a new user", User{ID: 1}, f, CustomPatch{}.Set("site", TextValue("Berlin")), nil},
		{"a stored user whose custom attributes stay needs nothing", stored, f, CustomPatch{}, nil},
		{"a stored user whose custom attributes change", stored, f, CustomPatch{}.Set("n", NumberValue(1)), []string{"/custom/site required"}},
		{"a required one is not cleared", User{ID: 1, Version: 1, Custom: Custom{}.With("site", TextValue("Berlin"))}, f,
			CustomPatch{}.Clear("site"), []string{"/custom/site required"}},
		{"wrong values", stored, f, CustomPatch{}.Set("site", TextValue("Paris")).Set("n", TextValue("1")).Set("x", BoolValue(true)),
			[]string{"/custom unknown", "/custom/n invalid", "/custom/site unknown"}},
		{"clearing an unknown name", stored, f, CustomPatch{}.Clear("S3cret"), []string{"/custom unknown"}},
		{"what was read is sent back", old, f, ReplaceCustom(old.Custom), nil},
		{"a value that the schema does not know goes", old, f, CustomPatch{}.Clear("was"), nil},
		{"without a schema", stored, none, CustomPatch{}.Set("n", NumberValue(1)), []string{"/custom unknown"}},
		{"without a schema, all cleared", old, none, ReplaceCustom(Custom{}), nil},
	} {
		out, err := Patch{Custom: tt.p}.Apply(tt.u, tt.f)
		if got := problems(t, err); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
		if err == nil && out.Changed != ChangedAttributes(out.Before, out.After) {
			t.Errorf("%s: changed %v", tt.name, out.Changed)
		}
	}
	wide := stored
	schema := make([]CustomAttribute, 0, MaxCustom)
	for i := range 20 {
		name := string(rune('a' + i))
		schema = append(schema, CustomAttribute{Name: name, Type: CustomString})
		wide.Custom = wide.Custom.With(name, TextValue(strings.Repeat("é", 256)))
	}
	f.Custom = func() CustomSchema { return CustomSchemaOf(schema...) }
	if _, err := (Patch{Custom: ReplaceCustom(wide.Custom)}).Apply(stored, f); err != nil {
		t.Error(err)
	}
	p := CustomPatch{}.Set("a", TextValue(strings.Repeat("😀", 256))).Set("b", TextValue(strings.Repeat("😀", 256)))
	for i := range 12 {
		p = p.Set(string(rune('c'+i)), TextValue(strings.Repeat("😀", 256)))
	}
	if _, err := (Patch{Custom: p}).Apply(wide, f); err == nil || !slices.Equal(problems(t, err), []string{"/custom too_long"}) {
		t.Error(err)
	}
}

func TestRestrictions(t *testing.T) {
	site := CustomAttribute{Name: "site", Type: CustomChoice, Options: ListOf("Berlin", "Łódź")}
	number := CustomAttribute{Name: "n", Type: CustomNumber}
	old := CustomSchemaOf(site, number)
	berlin := User{Custom: Custom{}.With("site", TextValue("Berlin")).With("n", NumberValue(3))}
	lodz := User{Custom: Custom{}.With("site", TextValue("Łódź"))}
	gone := User{Lifecycle: Lifecycle{Deleted: noon}}
	narrow, needed, most := site, site, number
	narrow.Options, needed.Required, most.Max = ListOf("Łódź"), true, NumberValue(2)
	wide := number
	wide.Min = NumberValue(-5)
	for _, tt := range []struct {
		name   string
		next   CustomSchema
		broken []string // name, and how many of the four users break it
	}{
		{"the same", CustomSchemaOf(number, site), nil},
		{"one more, not required", CustomSchemaOf(site, number, CustomAttribute{Name: "b", Type: CustomBoolean}), nil},
		{"removed", CustomSchemaOf(number), []string{`user: /customAttributes: users with a value of the custom attribute "site" that would be refused: 2`}},
		{"a shorter list", CustomSchemaOf(narrow, number), []string{`user: /customAttributes/0: users with a value of the custom attribute "site" that would be refused: 1`}},
		{"a limit", CustomSchemaOf(site, most), []string{`user: /customAttributes/1: users with a value of the custom attribute "n" that would be refused: 1`}},
		{"a limit that all keep", CustomSchemaOf(site, wide), nil},
		{"another type", CustomSchemaOf(site, CustomAttribute{Name: "n", Type: CustomBoolean}),
			[]string{`user: /customAttributes/1: users with a value of the custom attribute "n" that would be refused: 1`}},
		{"required", CustomSchemaOf(needed, number), []string{`user: /customAttributes/0: the custom attribute "site" cannot be required, users without it: 1`}},
		{"a new one, required", CustomSchemaOf(site, number, CustomAttribute{Name: "b", Type: CustomBoolean, Required: true}),
			[]string{`user: /customAttributes/2: the custom attribute "b" cannot be required, users without it: 3`}},
	} {
		var got []string
		for _, r := range old.Restrictions(tt.next) {
			n := 0
			for _, u := range []User{berlin, lodz, {}, gone} {
				if r.BrokenBy(u) {
					n++
				}
			}
			if n > 0 {
				err := r.InUse(n)
				got = append(got, err.Error())
				if !errors.Is(err, ErrInUse) || errors.Is(err, ErrDeleted) {
					t.Error(err)
				}
			}
		}
		if d := cmp.Diff(tt.broken, got); d != "" {
			t.Errorf("%s: %s", tt.name, d)
		}
	}
	if len(CustomSchemaOf(needed).Restrictions(CustomSchemaOf(needed))) != 0 {
		t.Error("an attribute that was required already restricts")
	}
}

// A merge patch in JSON is read whole or not at all.
func TestCustomPatchFromJSON(t *testing.T) {
	for in, want := range map[string][]string{
		`{"S3cret":1}`:           {" unknown"},
		`{"a":[1]}`:              {"/a invalid"},
		`[]`:                     {" invalid"},
		`{"a":1,"b":[2],"c":[]}`: {"/b invalid", "/c invalid"},
	} {
		p := CustomPatch{}.Set("kept", BoolValue(true))
		err := p.UnmarshalJSON([]byte(in))
		if got := problems(t, err); !slices.Equal(got, want) || p.Replaces() || !slices.Equal(p.Names(), []string{"kept"}) {
			t.Errorf("%s: %v, %v", in, err, p)
		}
	}
	for in, want := range map[string]string{`{}`: "[]", `{"b":1,"a":null}`: "[a b]", `null`: "[]"} {
		p := CustomPatch{}.Set("kept", BoolValue(true))
		if err := json.Unmarshal([]byte(in), &p); err != nil || fmt.Sprint(p.Names()) != want || p.Replaces() != (in == "null") || p.IsZero() != (in == "{}") {
			t.Errorf("%s: %v, %v", in, p.Names(), err)
		}
	}
	if p := ReplaceCustom(Custom{}.With("a", BoolValue(true))); !p.Replaces() || fmt.Sprint(p.Names()) != "[a]" {
		t.Error(p.Names())
	}
}

// Values may take exactly MaxCustomSize bytes. A name that is none hides what is wrong with its
// value.
func TestBoundsOfCustomValues(t *testing.T) {
	var c Custom
	for i := 0; c.size() < MaxCustomSize; i++ {
		name := fmt.Sprintf("a%02d", i)
		n := min(4*MaxCustomText, MaxCustomSize-c.size()-len(name)-len(`,"":""`))
		c = c.With(name, TextValue(strings.Repeat("😀", n/4)+strings.Repeat("x", n%4)))
	}
	if err := c.Check(); c.size() != MaxCustomSize || err != nil {
		t.Error(c.size(), err)
	}
	v, _ := c.Get("a00")
	if err := c.With("a00", TextValue(v.String()[4:]+"12345")).Check(); !slices.Equal(problems(t, err), []string{" too_long", "/a00 too_long"}) {
		t.Error(err)
	}
	if err := (Custom{}.With("Bad", TextValue("a\x00"))).Check(); !slices.Equal(problems(t, err), []string{" unknown"}) {
		t.Error(err)
	}
}

func TestEqualDefinitions(t *testing.T) {
	a := CustomAttribute{Name: "n", Type: CustomNumber, Min: NumberValue(1), Max: NumberValue(2)}
	for i := range reflect.TypeFor[CustomAttribute]().NumField() {
		b := CustomAttribute{Name: "m", Type: CustomDate, Required: true, Min: NumberValue(2), Max: NumberValue(3), MinLength: 1, MaxLength: 1, Options: ListOf("x")}
		changed := a
		reflect.ValueOf(&changed).Elem().Field(i).Set(reflect.ValueOf(b).Field(i))
		if changed.Equal(a) || a.Equal(changed) || CustomSchemaOf(a).Equal(CustomSchemaOf(changed)) {
			t.Errorf("%+v equals %+v", changed, a)
		}
	}
	b := a
	b.Min = val("1.0")
	if !a.Equal(b) || !CustomSchemaOf(a, b).Equal(CustomSchemaOf(a, b)) || CustomSchemaOf(a).Equal(CustomSchemaOf(a, b)) || CustomSchemaOf(a).Equal(CustomSchema{}) {
		t.Error("Equal")
	}
	text, err := json.Marshal(CustomSchema{})
	if (CustomSchema{}).Len() != 0 || !(CustomSchema{}).IsZero() || CustomSchemaOf(a).IsZero() || string(text) != "[]" || err != nil {
		t.Error(string(text), err)
	}
}

func TestBoundsOfDefinitions(t *testing.T) {
	var many []string
	for i := range 257 {
		many = append(many, fmt.Sprint(i))
	}
	for _, tt := range []struct {
		a    CustomAttribute
		want []string
	}{
		{CustomAttribute{Type: CustomString}, nil},
		{CustomAttribute{Type: CustomString, MaxLength: MaxCustomText, MinLength: MaxCustomText}, nil},
		{CustomAttribute{Type: CustomString, MaxLength: -1}, []string{"/0/maxLength out_of_range", "/0/minLength out_of_range"}},
		{CustomAttribute{Type: CustomString, MinLength: -1}, []string{"/0/minLength out_of_range"}},
		{CustomAttribute{Type: CustomString, MaxLength: MaxCustomText + 1}, []string{"/0/maxLength out_of_range"}},
		{CustomAttribute{Type: CustomChoice, Options: ListOf("one")}, nil},
		{CustomAttribute{Type: CustomChoice}, []string{"/0/options required"}},
		{CustomAttribute{Type: CustomChoice, Options: ListOf(many[1:]...)}, nil},
		{CustomAttribute{Type: CustomChoice, Options: ListOf(many...)}, []string{"/0/options out_of_range"}},
	} {
		tt.a.Name = "a"
		if got := problems(t, CustomSchemaOf(tt.a).Check()); !slices.Equal(got, tt.want) {
			t.Errorf("%+v: %v, want %v", tt.a, got, tt.want)
		}
	}
}

// A value fits the type and the limits of its attribute. A problem says what would be good.
func TestCustomValuesFitTheSchema(t *testing.T) {
	day, next := TextValue("2026-11-30"), TextValue("2026-12-01")
	text := CustomAttribute{Type: CustomString, MinLength: 2, MaxLength: 3}
	number := CustomAttribute{Type: CustomNumber, Min: NumberValue(0), Max: NumberValue(10)}
	least, most := CustomAttribute{Type: CustomDate, Min: day}, CustomAttribute{Type: CustomDate, Max: day}
	choice := CustomAttribute{Type: CustomChoice, Options: ListOf("b", "a")}
	for _, tt := range []struct {
		a    CustomAttribute
		v    Value
		want string // "": the value is good
	}{
		{text, TextValue("éé"), ""},
		{text, TextValue("é"), `too_short {"min":2}`},
		{text, TextValue("éééé"), `too_long {"max":3,"of":"characters"}`},
		{CustomAttribute{Type: CustomString}, TextValue(strings.Repeat("a", 256)), ""},
		{CustomAttribute{Type: CustomString}, NumberValue(1), "invalid {}"},
		{CustomAttribute{Type: CustomString}, notScalar, "invalid {}"},
		{number, NumberValue(0), ""},
		{number, NumberValue(10), ""},
		{number, NumberValue(10.5), `out_of_range {"min":"0","max":"10"}`},
		{number, NumberValue(-0.001), `out_of_range {"min":"0","max":"10"}`},
		{number, TextValue("1"), "invalid {}"},
		{CustomAttribute{Type: CustomNumber}, NumberValue(-99), ""},
		{CustomAttribute{Type: CustomBoolean}, BoolValue(false), ""},
		{CustomAttribute{Type: CustomBoolean}, TextValue("true"), "invalid {}"},
		{CustomAttribute{Type: CustomDate}, TextValue("2024-02-29"), ""},
		{CustomAttribute{Type: CustomDate}, TextValue("2026-02-29"), "invalid {}"},
		{CustomAttribute{Type: CustomDate}, TextValue("2026-2-3"), "invalid {}"},
		{CustomAttribute{Type: CustomDate}, TextValue("0001-01-01"), ""},
		{CustomAttribute{Type: CustomDate}, TextValue("0000-01-01"), "invalid {}"},
		{CustomAttribute{Type: CustomDate}, NumberValue(2026), "invalid {}"},
		{most, day, ""},
		{least, day, ""},
		{most, next, `out_of_range {"max":"2026-11-30"}`},
		{least, TextValue("2026-11-29"), `out_of_range {"min":"2026-11-30"}`},
		{choice, TextValue("b"), ""},
		{choice, TextValue("B"), "unknown {}"},
	} {
		got := ""
		if problem, ok := tt.a.problem(tt.v); !ok {
			params, _ := json.Marshal(problem.Params)
			got = fmt.Sprintf("%s %s", problem.Code, params)
		}
		if got != tt.want {
			t.Errorf("%+v, %s: %s, want %s", tt.a, tt.v, got, tt.want)
		}
	}
}
