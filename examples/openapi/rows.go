package openapi

import (
	"regexp"
	"strings"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/validate"
)

// Reading says how an adapter reads the rows of its tables.
type Reading struct {
	Profile validate.Profile
	// EmptyIsAbsent says that an empty text is a parameter that was not given.
	EmptyIsAbsent bool
}

// Query returns the parameters of a query: one for each row, and one more for each other name of
// the row (row.Also). A parameter is required if its row is required and has only one name. If
// optional is true, no parameter is required, because the parameter may also be in the body.
func (r Reading) Query(rows []vendorhttp.Parameter, optional bool) []Parameter {
	var list []Parameter
	for i := range rows {
		row := &rows[i]
		for _, name := range names(row) {
			p := Parameter{
				Name: name, In: "query", Description: about(row, optional), Required: row.Required && !optional && row.Also == nil,
				AllowEmptyValue: r.EmptyIsAbsent || row.Empty || isList(row.Type), Schema: r.value(row),
			}
			list = append(list, p)
		}
	}
	return list
}

// Object returns the schema of a JSON object or form with one member for each row, and one more for
// each other name of the row (row.Also). The object allows no other members. A member is required
// if its row is required and has only one name. If optional is true, no member is required, because
// the parameter may also be in the query.
func (r Reading) Object(rows []vendorhttp.Parameter, optional bool) *Schema {
	s := &Schema{Type: "object", Properties: make(map[string]*Schema), AdditionalProperties: false}
	for i := range rows {
		row := &rows[i]
		for _, name := range names(row) {
			s.Properties[name] = r.value(row)
			s.Properties[name].Description = about(row, optional)
		}
		if row.Required && !optional && row.Also == nil {
			s.Required = append(s.Required, row.Name)
		}
	}
	return s
}

// isList reports whether an empty text is the empty list.
func isList(t vendorhttp.Type) bool { return t == vendorhttp.TypeTexts || t == vendorhttp.TypeIntegers }

func names(row *vendorhttp.Parameter) []string { return append([]string{row.Name}, row.Also...) }

// about returns the sentence of a row. It says what the document cannot: that one of several places
// or names must have the parameter.
func about(row *vendorhttp.Parameter, optional bool) string {
	if row.Required && (optional || row.Also != nil) {
		return row.About + " It is required."
	}
	return row.About
}

// Content returns a map with one entry for each media type of the set m: JSON, URL-encoded form,
// multipart form. The key is the name of the media type, and the value has the schema s. Other bits
// of m are ignored.
func Content(m vendorhttp.Media, s *Schema) map[string]MediaType {
	content := make(map[string]MediaType)
	for media, name := range mediaTypes {
		if m&media != 0 {
			content[name] = MediaType{Schema: s}
		}
	}
	return content
}

var mediaTypes = map[vendorhttp.Media]string{
	vendorhttp.JSON: "application/json", vendorhttp.URLEncoded: "application/x-www-form-urlencoded", vendorhttp.Multipart: "multipart/form-data",
}

// What a number and a truth value look like as texts: a query and a form hold nothing else, and
// JSON may hold the same texts.
const (
	numberText  = `^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$`
	booleanText = `^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[01])$`
)

// value returns the schema of the value of the parameter that row describes. The schema also allows
// the empty text if row.Empty or r.EmptyIsAbsent is set. It also allows null if the parameter is
// not required, because the API treats null as a missing value. The schema of a TypeAny parameter
// allows every value.
func (r Reading) value(row *vendorhttp.Parameter) *Schema {
	s := r.typed(row)
	if r.EmptyIsAbsent || row.Empty {
		s.allowEmpty()
	}
	if row.Required || s.Type == nil {
		return s
	}
	s.Type = append(types(s.Type), "null")
	if s.Enum != nil {
		s.Enum = append(s.Enum, nil)
	}
	return s
}

func (r Reading) typed(row *vendorhttp.Parameter) *Schema {
	switch row.Type {
	case vendorhttp.TypeInteger:
		return r.integer(row)
	case vendorhttp.TypeDecimal:
		s := r.text(row)
		s.Type = []string{"string", "number"}
		if s.Pattern == "" {
			s.Pattern = numberText
		}
		return s
	case vendorhttp.TypeBoolean:
		return &Schema{Type: []string{"boolean", "integer", "string"}, Minimum: ptr(0), Maximum: ptr(1), Pattern: booleanText}
	case vendorhttp.TypeTexts:
		items := r.text(row)
		return &Schema{Type: []string{"array", "string"}, Items: items}
	case vendorhttp.TypeIntegers:
		return &Schema{Type: []string{"array", "integer", "string"}, Items: r.integer(row)}
	case vendorhttp.TypeObject:
		return r.members(row)
	case vendorhttp.TypeObjects:
		return List(r.members(row))
	case vendorhttp.TypeAny:
		return &Schema{}
	}
	return r.text(row)
}

func (r Reading) members(row *vendorhttp.Parameter) *Schema {
	s := r.Object(row.Members, false)
	if row.Open {
		s.AdditionalProperties = nil
	}
	return s
}

func (r Reading) integer(row *vendorhttp.Parameter) *Schema {
	s := &Schema{Type: []string{"integer", "string"}, Pattern: numberText}
	if row.Or != "" {
		s.Pattern = "^" + row.Or + "$|" + numberText
	}
	if row.Rule != 0 && row.Rule.Unit() == validate.Number {
		low, high := row.Rule.Limits(r.profile(row))
		s.Minimum, s.Maximum = ptr(low), ptr(high)
	}
	return s
}

// text returns the schema of a text parameter: a string with the allowed words (row.Words), and
// with the limits of length and the pattern of the row's rule. Without a rule the schema has no
// limits and no pattern. If the rule is about a number, the schema has a pattern of digits and no
// limits.
//
// text leaves out what JSON Schema cannot express:
//
//   - a lower limit above 1 that is not counted in characters
//   - a pattern with syntax that JSON Schema does not have
//   - a pattern that the rule applies only to composed text (NFC)
func (r Reading) text(row *vendorhttp.Parameter) *Schema {
	s := &Schema{Type: "string", Enum: enumOf(row.Words)}
	if row.Rule == 0 {
		return s
	}
	p := r.profile(row)
	low, high := row.Rule.Limits(p)
	if row.Rule.Unit() == validate.Number {
		s.Pattern = `^[0-9]+$`
		return s
	}
	s.MaxLength = ptr(high)
	if low > 0 && (low == 1 || row.Rule.Unit() == validate.Characters) {
		s.MinLength = ptr(low)
	}
	if pattern := row.Rule.Pattern(p); pattern != "" && !strings.Contains(pattern, "&&") && !strings.Contains(pattern, `\p`) && !composes(row.Rule, p) {
		s.Pattern = pattern
	}
	return s
}

// composes reports whether the rule converts a text to its composed form (NFC) before it matches
// the text; JSON Schema cannot express this. composes tests one text with a combining accent: the
// result is true if the rule accepts the text but its regular expression does not match, or if the
// expression cannot be compiled.
func composes(rule validate.Rule, p validate.Profile) bool {
	const decomposed = "Jose\u0301"
	matched, err := regexp.MatchString(rule.Pattern(p), decomposed)
	return err != nil || !matched && rule.Match(p, decomposed)
}

func (r Reading) profile(row *vendorhttp.Parameter) validate.Profile {
	if row.Strict {
		return validate.Strict
	}
	return r.Profile
}

// allowEmpty changes the schema s so that it also allows the empty text: in its pattern, its
// minimum length and its enumeration.
func (s *Schema) allowEmpty() {
	if s.Pattern != "" {
		s.Pattern = "^$|" + s.Pattern
	}
	s.MinLength = nil
	if s.Enum != nil {
		s.Enum = append(s.Enum, "")
	}
}

func enumOf(words []string) []any {
	if words == nil {
		return nil
	}
	return enum(words)
}

func ptr(n int64) *int64 { return &n }
