package user

import "fmt"

// Kind distinguishes persons from programs. The zero value is Human, the default of LivePerson.
type Kind uint8

// The kinds of LivePerson's userTypeId.
const (
	Human Kind = iota
	System
	Bot
	numKinds
)

var kinds = [numKinds]struct {
	name   string
	number int // LivePerson: "0 — system; 1 — human; 2 — bot; (Default: 1)"
}{{"human", 1}, {"system", 0}, {"bot", 2}}

// String returns "human", "system" or "bot".
func (k Kind) String() string {
	if k < numKinds {
		return kinds[k].name
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Number returns LivePerson's userTypeId of the kind.
func (k Kind) Number() int {
	if k < numKinds {
		return kinds[k].number
	}
	return -1
}

// KindByNumber returns the kind with LivePerson's userTypeId n.
func KindByNumber(n int) (Kind, bool) {
	for k := range kinds {
		if kinds[k].number == n {
			return Kind(k), true
		}
	}
	return 0, false
}

// MarshalText returns the name of the kind. It returns an error for a number that is no kind.
func (k Kind) MarshalText() ([]byte, error) { return nameOf(k, k < numKinds) }

// UnmarshalText sets k to the kind with the name.
func (k *Kind) UnmarshalText(b []byte) error {
	for i := range kinds {
		if kinds[i].name == string(b) {
			*k = Kind(i)
			return nil
		}
	}
	return fmt.Errorf("user: unknown kind %.20q", b)
}
