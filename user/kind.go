package user

import (
	"fmt"
	"slices"
)

// Kind distinguishes persons from programs. The zero value is Human, the default of LivePerson.
type Kind uint8

// The kinds of LivePerson's userTypeId.
const (
	Human Kind = iota
	System
	Bot
	numKinds
)

var kindNames = [numKinds]string{"human", "system", "bot"}

// kindNumbers are LivePerson's: "0 — system; 1 — human; 2 — bot; (Default: 1)".
var kindNumbers = [numKinds]int{1, 0, 2}

// String returns "human", "system" or "bot".
func (k Kind) String() string {
	if k < numKinds {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Number returns LivePerson's userTypeId of the kind.
func (k Kind) Number() int {
	if k < numKinds {
		return kindNumbers[k]
	}
	return -1
}

// KindByNumber returns the kind with LivePerson's userTypeId n.
func KindByNumber(n int) (Kind, bool) {
	i := slices.Index(kindNumbers[:], n)
	return Kind(max(i, 0)), i >= 0
}

// MarshalText returns the name of the kind. It returns an error for a number that is no kind.
func (k Kind) MarshalText() ([]byte, error) { return nameOf(k, k < numKinds) }

// UnmarshalText sets k to the kind with a name, such as "bot". For an unknown name it returns an
// error and leaves k unchanged.
func (k *Kind) UnmarshalText(b []byte) error {
	i := slices.Index(kindNames[:], string(b))
	if i < 0 {
		return fmt.Errorf("user: unknown kind %.20q", b)
	}
	*k = Kind(i)
	return nil
}
