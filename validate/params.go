package validate

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
)

// maxParams is the greatest number of parameters of a problem. A rule needs four: rule, pattern,
// min and max.
const maxParams = 4

// maxParamText is the greatest length in bytes of a text parameter. The longest pattern of the
// rules is shorter.
const maxParamText = 512

// Params is a list of up to four pairs of name and value that explain a problem, such as min, max,
// pattern and rule. It is immutable: the With methods return a new list. Two lists are equal if ==
// holds. The zero value is the empty list.
//
// Parameters come from rules and limits. Never put a caller's input into them.
type Params struct {
	n     uint8
	items [maxParams]param
}

type param struct {
	name  string
	value any // an int64 or a string
}

// WithInt returns the list with a whole number added, or with a new value for a name that it has.
// It ignores a fifth pair.
func (p Params) WithInt(name string, n int64) Params { return p.with(param{name, n}) }

// WithText returns the list with a text added, or with a new value for a name that it has. It cuts
// the text to 512 bytes and ignores a fifth pair.
func (p Params) WithText(name, text string) Params {
	return p.with(param{name, cut(text, maxParamText)})
}

func (p Params) with(item param) Params {
	for i := range p.items[:p.n] {
		if p.items[i].name == item.name {
			p.items[i] = item
			return p
		}
	}
	if int(p.n) < len(p.items) {
		p.items[p.n] = item
		p.n++
	}
	return p
}

// Len returns the number of pairs.
func (p Params) Len() int { return int(p.n) }

// Get returns the value of a name as text, and whether the list has the name.
func (p Params) Get(name string) (string, bool) {
	for _, item := range p.items[:p.n] {
		if item.name == name {
			return fmt.Sprint(item.value), true
		}
	}
	return "", false
}

// Int returns the number with a name. It returns false if the list does not have the name, or if
// the value is a text.
func (p Params) Int(name string) (int64, bool) {
	for _, item := range p.items[:p.n] {
		if n, isNumber := item.value.(int64); item.name == name && isNumber {
			return n, true
		}
	}
	return 0, false
}

// All yields the pairs in the order in which they were added.
func (p Params) All() iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		for _, item := range p.items[:p.n] {
			if !yield(item.name, fmt.Sprint(item.value)) {
				return
			}
		}
	}
}

// Equal reports whether both lists hold the same pairs in the same order.
func (p Params) Equal(q Params) bool { return p == q }

// MarshalJSON implements json.Marshaler. It returns the parameters as a JSON object, in the order
// of the list. A whole number becomes a JSON number, a text a JSON string. The empty list is {}.
func (p Params) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, item := range p.items[:p.n] {
		if i > 0 {
			b = append(b, ',')
		}
		name, nameErr := json.Marshal(item.name)
		value, valueErr := json.Marshal(item.value)
		if err := cmp.Or(nameErr, valueErr); err != nil {
			return nil, err
		}
		b = slices.Concat(b, name, []byte{':'}, value)
	}
	return append(b, '}'), nil
}
