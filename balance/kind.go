package balance

import (
	"fmt"
	"slices"
)

// Kind is the kind of a transfer. The numbers are stable, because storages keep them. 0 is no
// kind.
type Kind uint8

const (
	// Funding moves money from World to the account, or back if the amount is negative.
	Funding Kind = 1 + iota
	// Transferring moves money from the account to users, or from the users to the account if
	// the amount is negative.
	Transferring
	// Reversing moves all money of an earlier transfer back.
	Reversing
	// Returning moves all money of users to the account, because the users are deleted. Each
	// posting has its own amount.
	Returning
)

var kindNames = names{"", "funding", "transferring", "reversing", "returning"}

// String returns the name of the kind, such as "funding".
func (k Kind) String() string { return kindNames.of(uint8(k), "kind") }

// MarshalText returns the name of the kind, and an empty text for the zero Kind. It returns an
// error for any other number that is no kind.
func (k Kind) MarshalText() ([]byte, error) { return kindNames.marshal(uint8(k), "kind") }

// UnmarshalText sets the kind to the one with the name b. An empty b is the zero Kind. It returns
// an error, and changes nothing, if no kind has this name.
func (k *Kind) UnmarshalText(b []byte) error { return parseName(k, kindNames, b, "kind") }

// SkipReason is the reason why a transfer left a user out. The numbers are stable. 0 is no
// reason.
type SkipReason uint8

const (
	// AccountShort says that the account had too little money left to pay the user.
	AccountShort SkipReason = 1 + iota
	// UserShort says that the user had too little money to pay.
	UserShort
	// ParentAccounting says that the transfer selected its users by a rule, and that the user
	// spends the money of the account.
	ParentAccounting
)

var skipNames = names{"", "account_short", "user_short", "parent_accounting"}

// String returns the name of the reason, such as "account_short".
func (r SkipReason) String() string { return skipNames.of(uint8(r), "skip reason") }

// MarshalText returns the name of the reason, and an empty text for the zero SkipReason. It
// returns an error for any other number that is no reason.
func (r SkipReason) MarshalText() ([]byte, error) { return skipNames.marshal(uint8(r), "skip reason") }

// UnmarshalText sets the reason to the one with the name b. An empty b is the zero SkipReason. It
// returns an error, and changes nothing, if no reason has this name.
func (r *SkipReason) UnmarshalText(b []byte) error { return parseName(r, skipNames, b, "skip reason") }

// names are the names of an enumeration, by number.
type names []string

func (ns names) of(n uint8, what string) string {
	if int(n) < len(ns) && ns[n] != "" {
		return ns[n]
	}
	return fmt.Sprintf("%s(%d)", what, n)
}

func (ns names) marshal(n uint8, what string) ([]byte, error) {
	if int(n) < len(ns) {
		return []byte(ns[n]), nil
	}
	return nil, fmt.Errorf("balance: no %s has the number %d", what, n)
}

// parseName sets *to to the number of the name b. It returns an error, and leaves *to unchanged, if
// no number has this name.
func parseName[T ~uint8](to *T, ns names, b []byte, what string) error {
	i := slices.Index(ns, string(b))
	if i < 0 {
		return fmt.Errorf("balance: unknown %s %.40q", what, b)
	}
	*to = T(i)
	return nil
}
