package user

import (
	"encoding/json"
	"errors"
	"fmt"
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
	for i, change := range []func(*CustomAttribute){
		func(a *CustomAttribute) { a.Name = "m" }, func(a *CustomAttribute) { a.Type = CustomDate },
		func(a *CustomAttribute) { a.Required = true }, func(a *CustomAttribute) { a.Min = Value{} },
		func(a *CustomAttribute) { a.Max = NumberValue(3) }, func(a *CustomAttribute) { a.MinLength = 1 },
		func(a *CustomAttribute) { a.MaxLength = 1 }, func(a *CustomAttribute) { a.Options = ListOf("x") },
	} {
		b := a
		change(&b)
		if b.Equal(a) || a.Equal(b) || CustomSchemaOf(a).Equal(CustomSchemaOf(b)) {
			t.Errorf("change %d makes no difference", i)
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
		err := CustomSchemaOf(tt.a).Check()
		var got []string
		if err != nil {
			got = problems(t, err)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%+v: %v, want %v", tt.a, got, tt.want)
		}
	}
}

// A problem with a value says what would be good.
func TestProblemsOfValuesSayTheLimits(t *testing.T) {
	day := TextValue("2026-11-30")
	for _, tt := range []struct {
		a    CustomAttribute
		v    Value
		want string // "": the value is good
	}{
		{CustomAttribute{Type: CustomDate, Max: day}, day, ""},
		{CustomAttribute{Type: CustomDate, Min: day}, day, ""},
		{CustomAttribute{Type: CustomDate, Max: day}, TextValue("2026-12-01"), `{"max":"2026-11-30"}`},
		{CustomAttribute{Type: CustomDate, Min: day}, TextValue("2026-11-29"), `{"min":"2026-11-30"}`},
		{CustomAttribute{Type: CustomNumber, Min: NumberValue(1), Max: NumberValue(2)}, NumberValue(3), `{"min":"1","max":"2"}`},
		{CustomAttribute{Type: CustomString, MinLength: 2}, TextValue("a"), `{"min":2}`},
		{CustomAttribute{Type: CustomString, MaxLength: 2}, TextValue("abc"), `{"max":2,"of":"characters"}`},
	} {
		tt.a.Name = "a"
		err := tt.a.CheckValue(tt.v)
		var invalid *validate.Error
		switch {
		case tt.want == "" && err == nil:
		case !errors.As(err, &invalid) || len(invalid.Problems) != 1:
			t.Errorf("%+v, %s: %v", tt.a, tt.v, err)
		default:
			var problem struct{ Params json.RawMessage }
			b, err := json.Marshal(invalid.Problems[0])
			if err == nil {
				err = json.Unmarshal(b, &problem)
			}
			if got := string(problem.Params); err != nil || got != tt.want {
				t.Errorf("%+v, %s: %s, %v, want %s", tt.a, tt.v, b, err, tt.want)
			}
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
