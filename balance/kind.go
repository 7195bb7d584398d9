package balance

import "fmt"

// Kind says what a transfer does. The numbers are stable: stores and snapshots keep them. 0 is no kind.
type Kind uint8

const (
	// Funding moves money between the world and the account; a negative amount takes it out.
	Funding Kind = 1 + iota
	// Transferring moves money between the account and its users; with a negative amount the users pay.
	Transferring
	// Reversing takes a whole transfer back.
	Reversing
	// Returning moves to the account all that users have, because they are deleted. Each posting
	// has its own amount.
	Returning
)

var kindNames = names{"", "funding", "transferring", "reversing", "returning"}

// String returns the kind's name.
func (k Kind) String() string { return kindNames.of(uint8(k), "kind") }

// MarshalText writes the kind's name; the zero Kind is empty, and any other number that is no kind an error.
func (k Kind) MarshalText() ([]byte, error) { return kindNames.marshal(uint8(k), "kind") }

// UnmarshalText reads what MarshalText wrote.
func (k *Kind) UnmarshalText(b []byte) error {
	n, err := kindNames.parse(b, "kind")
	if err == nil {
		*k = Kind(n)
	}
	return err
}

// SkipReason says why a transfer left a user out. The numbers are stable. 0 is no reason.
type SkipReason uint8

const (
	// AccountShort: the account had not enough left to pay this user.
	AccountShort SkipReason = 1 + iota
	// UserShort: the user had not enough to pay.
	UserShort
	// ParentAccounting: the transfer was to or from all, and the user spends the account's money.
	ParentAccounting
)

var skipNames = names{"", "account_short", "user_short", "parent_accounting"}

// String returns the reason's name.
func (r SkipReason) String() string { return skipNames.of(uint8(r), "skip reason") }

// MarshalText writes the reason's name; the zero SkipReason is empty, and any other number an error.
func (r SkipReason) MarshalText() ([]byte, error) { return skipNames.marshal(uint8(r), "skip reason") }

// UnmarshalText reads what MarshalText wrote.
func (r *SkipReason) UnmarshalText(b []byte) error {
	n, err := skipNames.parse(b, "skip reason")
	if err == nil {
		*r = SkipReason(n)
	}
	return err
}

// names are the words of a small enumeration, by number.
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

func (ns names) parse(b []byte, what string) (uint8, error) {
	for i, name := range ns {
		if name == string(b) {
			return uint8(i), nil
		}
	}
	return 0, fmt.Errorf("balance: unknown %s %.40q", what, b)
}
