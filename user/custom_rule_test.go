package user

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/ca74b63c/roster/validate"
)

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
		{text, TextValue("é"), `{"code":"too_short","params":{"min":2}}`},
		{text, TextValue("éééé"), `{"code":"too_long","params":{"max":3,"of":"characters"}}`},
		{CustomAttribute{Type: CustomString}, TextValue(strings.Repeat("a", 256)), ""},
		{CustomAttribute{Type: CustomString}, NumberValue(1), `{"code":"invalid"}`},
		{CustomAttribute{Type: CustomString}, notScalar, `{"code":"invalid"}`},
		{number, NumberValue(0), ""},
		{number, NumberValue(10), ""},
		{number, NumberValue(10.5), `{"code":"out_of_range","params":{"min":"0","max":"10"}}`},
		{number, NumberValue(-0.001), `{"code":"out_of_range","params":{"min":"0","max":"10"}}`},
		{number, TextValue("1"), `{"code":"invalid"}`},
		{CustomAttribute{Type: CustomNumber}, NumberValue(-99), ""},
		{CustomAttribute{Type: CustomBoolean}, BoolValue(false), ""},
		{CustomAttribute{Type: CustomBoolean}, TextValue("true"), `{"code":"invalid"}`},
		{CustomAttribute{Type: CustomDate}, TextValue("2024-02-29"), ""},
		{CustomAttribute{Type: CustomDate}, TextValue("2026-02-29"), `{"code":"invalid"}`},
		{CustomAttribute{Type: CustomDate}, TextValue("2026-2-3"), `{"code":"invalid"}`},
		{CustomAttribute{Type: CustomDate}, TextValue("0001-01-01"), ""},
		{CustomAttribute{Type: CustomDate}, TextValue("0000-01-01"), `{"code":"invalid"}`},
		{CustomAttribute{Type: CustomDate}, NumberValue(2026), `{"code":"invalid"}`},
		{most, day, ""},
		{least, day, ""},
		{most, next, `{"code":"out_of_range","params":{"max":"2026-11-30"}}`},
		{least, TextValue("2026-11-29"), `{"code":"out_of_range","params":{"min":"2026-11-30"}}`},
		{choice, TextValue("b"), ""},
		{choice, TextValue("B"), `{"code":"unknown"}`},
	} {
		tt.a.Name = "x"
		got := ""
		if err := tt.a.CheckValue(tt.v); err != nil {
			problem := err.(*validate.Error).Problems[0]
			if problem.Path != "/x" {
				t.Errorf("%+v, %s: at %s", tt.a, tt.v, problem.Path)
			}
			var form struct {
				Code   string          `json:"code"`
				Params json.RawMessage `json:"params,omitempty"`
			}
			b, _ := json.Marshal(problem)
			_ = json.Unmarshal(b, &form)
			b, _ = json.Marshal(form)
			got = string(b)
		}
		if got != tt.want {
			t.Errorf("%+v, %s: %s, want %s", tt.a, tt.v, got, tt.want)
		}
	}
}

// A required attribute is missed wherever its name stands among those that a patch names.
func TestEveryRequiredAttributeIsMissed(t *testing.T) {
	f := facts()
	f.Custom = func() CustomSchema {
		return CustomSchemaOf(
			CustomAttribute{Name: "z", Type: CustomBoolean, Required: true}, CustomAttribute{Name: "m", Type: CustomBoolean},
			CustomAttribute{Name: "a", Type: CustomBoolean, Required: true},
		)
	}
	_, err := Patch{Custom: CustomPatch{}.Set("m", BoolValue(true))}.Apply(User{ID: 1, Version: 1}, f)
	if got := problems(t, err); !slices.Equal(got, []string{"/custom/a required", "/custom/z required"}) {
		t.Error(err)
	}
}
