package user

import (
	"encoding/json"
	"iter"
	"math/bits"
	"strings"
)

// Attributes is a set of attributes. The zero value is the empty set.
type Attributes uint64

// AttributesOf returns the set of the given attributes. Repeated attributes count once. Without
// arguments it returns the empty set.
func AttributesOf(list ...Attribute) Attributes {
	var s Attributes
	for _, a := range list {
		s |= 1 << a
	}
	return s
}

// AllAttributes returns every attribute, those that only the library sets included.
func AllAttributes() Attributes { return 1<<numAttributes - 1 }

// Patchable returns the attributes that a Patch can name.
func Patchable() Attributes { return 1<<numPatched - 1 }

// Has reports whether a is in the set.
func (s Attributes) Has(a Attribute) bool { return s&(1<<a) != 0 }

// HasAny reports whether s and t share an attribute.
func (s Attributes) HasAny(t Attributes) bool { return s&t != 0 }

// With returns s and t together.
func (s Attributes) With(t Attributes) Attributes { return s | t }

// Without returns s less what is in t.
func (s Attributes) Without(t Attributes) Attributes { return s &^ t }

// Len returns the number of attributes.
func (s Attributes) Len() int { return bits.OnesCount64(uint64(s)) }

// All yields the attributes in the order of the model.
func (s Attributes) All() iter.Seq[Attribute] {
	return func(yield func(Attribute) bool) {
		for rest := uint64(s); rest != 0; rest &= rest - 1 {
			if !yield(Attribute(bits.TrailingZeros64(rest))) {
				return
			}
		}
	}
}

// String returns the names of the attributes in the set, in the order of the attributes, separated
// by commas. It returns "" for the empty set.
func (s Attributes) String() string { return strings.Join(s.names(), ",") }

func (s Attributes) names() []string {
	names := make([]string, 0, s.Len())
	for a := range s.All() {
		names = append(names, a.String())
	}
	return names
}

// MarshalJSON encodes the set as a JSON array of names, in the order of the attributes.
func (s Attributes) MarshalJSON() ([]byte, error) { return json.Marshal(s.names()) }

// UnmarshalJSON sets s to the attributes in a JSON array of names. null gives the empty set. For an
// unknown name or another value it returns an error and leaves s unchanged.
func (s *Attributes) UnmarshalJSON(b []byte) error {
	var names []string // not []Attribute, whose elements are bytes: package json would read it from base64 too
	if err := json.Unmarshal(b, &names); err != nil {
		return err
	}
	var set Attributes
	for _, name := range names {
		var a Attribute
		if err := a.UnmarshalText([]byte(name)); err != nil {
			return err
		}
		set |= 1 << a
	}
	*s = set
	return nil
}
