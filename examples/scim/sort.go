package scim

import (
	"cmp"
	"strings"

	"github.com/ca74b63c/roster/validate"
)

// compare compares the resources a and b by the attribute of the search. The result is negative if
// a is first, positive if b is first, and 0 if neither. A resource without a value is last in
// ascending order and first in descending order (RFC 7644 section 3.4.2.3).
func (s *search) compare(a, b object) int {
	x, y := s.sortValue(a), s.sortValue(b)
	var c int
	switch {
	case x == nil && y == nil:
		return 0
	case x == nil:
		c = 1
	case y == nil:
		c = -1
	default:
		c = compareValues(x, y, s.sort.last().CaseExact)
	}
	if s.descending {
		return -c
	}
	return c
}

// sortValue returns the value by which the resource o is sorted: the first value of the attribute
// that sortBy names. It returns nil if o has no value.
func (s *search) sortValue(o object) any {
	values := s.sort.values(o)
	if len(values) == 0 {
		return nil
	}
	return values[0]
}

func compareValues(x, y any, exact bool) int {
	switch x := x.(type) {
	case int64:
		other, _ := y.(int64)
		return cmp.Compare(x, other)
	case float64:
		other, _ := y.(float64)
		return cmp.Compare(x, other)
	case bool:
		switch other, _ := y.(bool); {
		case x == other:
			return 0
		case x:
			return 1
		}
		return -1
	}
	a, _ := x.(string)
	b, _ := y.(string)
	if !exact {
		a, b = validate.Fold(a), validate.Fold(b)
	}
	return strings.Compare(a, b)
}
