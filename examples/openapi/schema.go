package openapi

import (
	"reflect"
	"slices"
	"strings"
)

// Schema is a JSON Schema of the draft 2020-12.
type Schema struct {
	Ref                  string             `json:"$ref,omitempty"`
	Type                 any                `json:"type,omitempty"` // a name or several
	Description          string             `json:"description,omitempty"`
	Format               string             `json:"format,omitempty"`
	Enum                 []any              `json:"enum,omitempty"`
	Pattern              string             `json:"pattern,omitempty"`
	MinLength            *int64             `json:"minLength,omitempty"`
	MaxLength            *int64             `json:"maxLength,omitempty"`
	Minimum              *int64             `json:"minimum,omitempty"`
	Maximum              *int64             `json:"maximum,omitempty"`
	Items                *Schema            `json:"items,omitempty"`
	MinItems             *int64             `json:"minItems,omitempty"`
	Properties           map[string]*Schema `json:"properties,omitempty"`
	Required             []string           `json:"required,omitempty"`
	AdditionalProperties any                `json:"additionalProperties,omitempty"` // false or a *Schema
	AnyOf                []*Schema          `json:"anyOf,omitempty"`
	ReadOnly             bool               `json:"readOnly,omitempty"`
	WriteOnly            bool               `json:"writeOnly,omitempty"`
}

// Ref refers to a schema of the components.
func Ref(name string) *Schema { return &Schema{Ref: "#/components/schemas/" + name} }

// Text is any text.
func Text() *Schema { return &Schema{Type: "string"} }

// Integer is any whole number.
func Integer() *Schema { return &Schema{Type: "integer"} }

// Number is any number.
func Number() *Schema { return &Schema{Type: "number"} }

// Boolean is true or false.
func Boolean() *Schema { return &Schema{Type: "boolean"} }

// Words is a text that is one of the words.
func Words(words ...string) *Schema { return &Schema{Type: "string", Enum: enum(words)} }

// Matching is a text that has a form.
func Matching(pattern string) *Schema { return &Schema{Type: "string", Pattern: pattern} }

// List is a list.
func List(items *Schema) *Schema { return &Schema{Type: "array", Items: items} }

// OrNull returns a schema that allows null and all that the schema s allows. s must be a reference,
// or have a type and no enumeration. OrNull does not change s.
func OrNull(s *Schema) *Schema {
	if s.Ref != "" {
		return &Schema{AnyOf: []*Schema{s, {Type: "null"}}}
	}
	or := *s
	or.Type = append(types(s.Type), "null")
	return &or
}

// Any is one of the schemas.
func Any(of ...*Schema) *Schema { return &Schema{AnyOf: of} }

// Member is a member of an object in a reply.
type Member struct {
	Name     string
	Schema   *Schema
	Optional bool
}

// Object returns the schema of a JSON object that has the given members and no others. A member is
// required unless its field Optional is set.
func Object(members ...Member) *Schema {
	s := &Schema{Type: "object", Properties: make(map[string]*Schema), AdditionalProperties: false}
	for _, m := range members {
		s.Properties[m.Name] = m.Schema
		if !m.Optional {
			s.Required = append(s.Required, m.Name)
		}
	}
	return s
}

// Of is the schema of the JSON that package encoding/json writes of a value of T: structs, texts,
// numbers, truth values, lists and maps. A struct inside itself may be anything.
func Of[T any]() *Schema { return of(reflect.TypeFor[T]()) }

func of(t reflect.Type, inside ...reflect.Type) *Schema {
	switch t.Kind() {
	case reflect.String:
		return Text()
	case reflect.Bool:
		return Boolean()
	case reflect.Int, reflect.Int64, reflect.Uint64, reflect.Int32:
		return Integer()
	case reflect.Slice:
		return List(of(t.Elem(), inside...))
	case reflect.Pointer:
		return of(t.Elem(), inside...)
	case reflect.Map:
		return &Schema{Type: "object", AdditionalProperties: of(t.Elem(), inside...)}
	case reflect.Struct:
		if slices.Contains(inside, t) {
			return &Schema{}
		}
		return ofStruct(t, append(inside, t))
	}
	return &Schema{}
}

func ofStruct(t reflect.Type, inside []reflect.Type) *Schema {
	var members []Member
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported():
			continue
		case name == "":
			name = f.Name
		}
		members = append(members, Member{Name: name, Schema: of(f.Type, inside...), Optional: strings.Contains(options, "omit")})
	}
	return Object(members...)
}

func types(t any) []string {
	switch t := t.(type) {
	case string:
		return []string{t}
	case []string:
		return append([]string{}, t...)
	}
	return nil
}

func enum(words []string) []any {
	list := make([]any, len(words))
	for i, word := range words {
		list[i] = word
	}
	return list
}

// Like is the schema of values like this one. A map is an object with these members, and the items
// of a list are like its first.
func Like(value any) *Schema { return like(reflect.ValueOf(value)) }

func like(v reflect.Value) *Schema {
	if !v.IsValid() {
		return &Schema{}
	}
	switch v.Kind() {
	case reflect.Interface:
		return like(v.Elem())
	case reflect.Map:
		var members []Member
		for _, name := range v.MapKeys() {
			members = append(members, Member{Name: name.String(), Schema: like(v.MapIndex(name))})
		}
		slices.SortFunc(members, func(a, b Member) int { return strings.Compare(a.Name, b.Name) })
		return Object(members...)
	case reflect.Slice:
		if v.Len() == 0 {
			return List(&Schema{})
		}
		return List(like(v.Index(0)))
	}
	return of(v.Type())
}
