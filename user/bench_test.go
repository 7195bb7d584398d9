package user

import (
	"testing"

	"github.com/ca74b63c/roster/validate"
)

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
