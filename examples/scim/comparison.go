package scim

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	filter "github.com/scim2/filter-parser/v2"

	"github.com/ca74b63c/roster/validate"
)

// comparison returns a function that compares a value of the attribute with the given one by the
// operator op, for example "is greater than 5". NE gives the same function as EQ, so for NE the
// caller must negate the result. Upper and lower case differ only if the attribute is case-exact.
// Two dates and times are compared as times. The operators "contains", "starts with" and "ends
// with" compare them as texts. The texts "true" and "false" are accepted for a boolean.
//
// Errors: invalidFilter if the given value does not fit the type of the attribute, if the type does
// not have the operator, and for "contains", "starts with" or "ends with" with a complete date and
// time.
func (a *attribute) comparison(op filter.CompareOperator, given any) (func(any) bool, error) {
	bad := invalidFilter(fmt.Sprintf("The filter compares %s, of type %s, with a value of another type.", a.Name, a.Type))
	switch a.Type {
	case typeBoolean:
		want, ok := given.(bool)
		if text, isText := given.(string); isText { // Entra writes eq "True"
			want, ok = strings.EqualFold(text, "true"), strings.EqualFold(text, "true") || strings.EqualFold(text, "false")
		}
		if !ok {
			return nil, bad
		}
		if op != filter.EQ && op != filter.NE {
			return nil, invalidFilter("The filter compares the order of a boolean.")
		}
		return func(v any) bool { return v == want }, nil
	case typeInteger:
		want, ok := number(given)
		if !ok {
			return nil, bad
		}
		return ordered(op, func(v any) int { n, _ := v.(int64); return cmp.Compare(float64(n), want) })
	case typeDecimal:
		want, ok := number(given)
		if !ok {
			return nil, bad
		}
		return ordered(op, func(v any) int { f, _ := v.(float64); return cmp.Compare(f, want) })
	}
	want, ok := given.(string)
	if !ok {
		return nil, bad
	}
	if a.Type == typeDateTime {
		if at, err := time.Parse(time.RFC3339Nano, want); err == nil {
			return ordered(op, func(v any) int {
				s, _ := v.(string)
				t, _ := time.Parse(time.RFC3339Nano, s)
				return t.Compare(at)
			})
		}
		if op != filter.CO && op != filter.SW && op != filter.EW {
			return nil, bad
		}
	}
	fold := func(s string) string { return s }
	if !a.CaseExact {
		fold = validate.Fold
	}
	want = fold(want)
	text := func(v any) string { s, _ := v.(string); return fold(s) }
	switch op {
	case filter.CO:
		return func(v any) bool { return strings.Contains(text(v), want) }, nil
	case filter.SW:
		return func(v any) bool { return strings.HasPrefix(text(v), want) }, nil
	case filter.EW:
		return func(v any) bool { return strings.HasSuffix(text(v), want) }, nil
	}
	return ordered(op, func(v any) int { return strings.Compare(text(v), want) })
}

// number converts v, a number in a filter, to a float64. It returns false if v is not a number.
func number(v any) (float64, bool) {
	switch v := v.(type) {
	case interface{ Float64() (float64, error) }: // json.Number
		f, err := v.Float64()
		return f, err == nil
	case int:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}

// ordered returns a function that reports whether a value passes the operator op, such as GT.
// compare compares a value with the given one: the result is negative, 0 or positive. NE gives the
// same function as EQ. Errors: invalidFilter for the operators of texts, such as CO.
func ordered(op filter.CompareOperator, compare func(any) int) (func(any) bool, error) {
	switch op {
	case filter.EQ, filter.NE:
		return func(v any) bool { return compare(v) == 0 }, nil
	case filter.GT:
		return func(v any) bool { return compare(v) > 0 }, nil
	case filter.GE:
		return func(v any) bool { return compare(v) >= 0 }, nil
	case filter.LT:
		return func(v any) bool { return compare(v) < 0 }, nil
	case filter.LE:
		return func(v any) bool { return compare(v) <= 0 }, nil
	}
	return nil, invalidFilter("The filter uses an operator for texts on another type.")
}
