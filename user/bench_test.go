package user

import (
	"testing"

	"github.com/ca74b63c/roster/validate"
)

// TestAPatchOfOneAttributeAllocatesNothing guards what the benchmarks measure: a pointer that
// escapes costs a copy of the user on the heap.
func TestAPatchOfOneAttributeAllocatesNothing(t *testing.T) {
	u, v := atWork(), atWork()
	p := Patch{DisplayName: Set("Agent One")}
	for name, f := range map[string]func(){
		"apply": func() { _, _ = p.Apply(u, Facts{Now: noon}) },
		"check": func() { _ = p.Check(validate.Strict) },
		"equal": func() { _ = u.Equal(v) },
		"keys":  func() { _ = SameKeys(u, v) },
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// BenchmarkCustom is what a patch of ten custom attributes costs to validate: its shape, and its
// values by the schema.
func BenchmarkCustom(b *testing.B) {
	var c Custom
	list := []CustomAttribute{}
	for i, v := range []Value{
		TextValue("Berlin"), TextValue("2026-11-30"), NumberValue(3.5), BoolValue(true), TextValue("a text of some words"),
		TextValue("Łódź"), TextValue("2026-12-01"), NumberValue(-42), BoolValue(false), TextValue("E-123456"),
	} {
		a := CustomAttribute{Name: "attribute_" + string(rune('a'+i)), Type: CustomString, MaxLength: 40}
		switch i % 5 {
		case 0:
			a.Type, a.MaxLength, a.Options = CustomChoice, 0, ListOf("Amsterdam", "Berlin", "Kraków", "Łódź")
		case 1:
			a.Type, a.MaxLength, a.Min = CustomDate, 0, TextValue("2026-01-01")
		case 2:
			a.Type, a.MaxLength, a.Min, a.Max = CustomNumber, 0, NumberValue(-100), NumberValue(100)
		case 3:
			a.Type, a.MaxLength = CustomBoolean, 0
		}
		list, c = append(list, a), c.With(a.Name, v)
	}
	schema := CustomSchemaOf(list...)
	if err := schema.Check(); err != nil {
		b.Fatal(err)
	}
	p := ReplaceCustom(c)
	before, after := User{}, User{Custom: c}
	f := Facts{Custom: func() CustomSchema { return schema }}
	b.ReportAllocs()
	for b.Loop() {
		var problems validate.Collector
		p.check(&problems)
		f.checkCustom(&problems, p, &before, &after)
		if problems.Len() != 0 {
			b.Fatal(problems.Err())
		}
	}
}
