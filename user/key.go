package user

import (
	"fmt"

	"github.com/ca74b63c/roster/validate"
)

// KeyKind tells the ways to name a user other than by id.
type KeyKind uint8

// The kinds of keys. The first three are unique in an account (LivePerson: loginName, pid and
// fullName are each a "unique string"); the others may be shared.
const (
	KeyLogin KeyKind = iota + 1
	KeyPID
	KeyFullName
	KeyEmail
	KeyPhone
	KeyEmployeeID
	endKeys
)

// NumKeyKinds is one more than the greatest KeyKind.
const NumKeyKinds = int(endKeys)

var keyKinds = [endKeys]struct {
	name      string
	attribute Attribute
	canonical func(string) (string, error)
}{
	KeyLogin:      {"login", AttrLogin, validate.LoginKey},
	KeyPID:        {"pid", AttrPID, verbatim},
	KeyFullName:   {"fullName", AttrFullName, validate.FullNameKey},
	KeyEmail:      {"email", AttrEmail, validate.EmailKey},
	KeyPhone:      {"phone", AttrPhone, validate.PhoneKey},
	KeyEmployeeID: {"employeeId", AttrEmployeeID, verbatim},
}

// verbatim takes a text that another system gave as it is; only the empty one names nobody.
func verbatim(s string) (string, error) {
	if s == "" {
		return "", &validate.Error{Problems: []validate.Problem{{Code: validate.Required}}}
	}
	return s, nil
}

// String returns the name of the kind, "login".
func (k KeyKind) String() string {
	if k > 0 && k < endKeys {
		return keyKinds[k].name
	}
	return fmt.Sprintf("key(%d)", uint8(k))
}

// Attribute returns the attribute that the key is made from.
func (k KeyKind) Attribute() Attribute {
	if k > 0 && k < endKeys {
		return keyKinds[k].attribute
	}
	return numAttributes
}

// Unique reports whether no two users of an account share a key of this kind.
func (k KeyKind) Unique() bool { return k >= KeyLogin && k <= KeyFullName }

// Key names a user. Value is canonical: two spellings of one login make one key. Stores compare
// keys by bytes.
type Key struct {
	Kind  KeyKind
	Value string
}

// KeyOf returns the canonical key for a text as a caller wrote it. Errors: a *validate.Error with
// the path "" for a text that can name nobody, the empty one included; another for a kind that
// there is not.
func KeyOf(k KeyKind, text string) (Key, error) {
	if k == 0 || k >= endKeys {
		return Key{}, fmt.Errorf("user: there is no key of kind %d", uint8(k))
	}
	value, err := keyKinds[k].canonical(text)
	if err != nil {
		return Key{}, err
	}
	return Key{k, value}, nil
}

// Keys holds the keys that a user claims, by kind; an empty value claims nothing.
type Keys [endKeys]string

// Keys returns what u claims. A live user claims all his keys. A deleted one claims the unique ones
// while his names are held (Lifecycle.HoldUntil), so that nobody takes them, and nothing after. An
// attribute that has no canonical form claims nothing.
func (u User) Keys() Keys {
	var keys Keys
	for k := KeyLogin; k < endKeys; k++ {
		keys[k] = u.key(k)
	}
	return keys
}

// Claims reports whether u claims exactly this key, as Keys says it, without making the others. No
// user claims the zero Key.
func (u *User) Claims(k Key) bool {
	return k.Kind > 0 && k.Kind < endKeys && k.Value != "" && u.key(k.Kind) == k.Value
}

// key returns the key of a kind that u claims, "" if none.
func (u *User) key(k KeyKind) string {
	live := u.Lifecycle.Deleted.IsZero()
	if !live && (u.Lifecycle.HoldUntil.IsZero() || !k.Unique()) {
		return ""
	}
	text := u.keyText(k)
	if text == "" {
		return ""
	}
	value, err := keyKinds[k].canonical(text)
	if err != nil {
		return ""
	}
	return value
}

func (u *User) keyText(k KeyKind) string {
	switch k {
	case KeyLogin:
		return u.Identity.Login
	case KeyPID:
		return u.Identity.PID
	case KeyFullName:
		return u.Names.Full
	case KeyEmail:
		return u.Contact.Email
	case KeyPhone:
		return u.Contact.Phone
	case KeyEmployeeID:
		return u.Identity.EmployeeID
	}
	return ""
}

// SameKeys reports whether u and v claim the same keys for certain, without making them: a store
// that finds it true need not touch its indexes.
func SameKeys(u, v User) bool {
	if !u.Lifecycle.Deleted.Equal(v.Lifecycle.Deleted) || !u.Lifecycle.HoldUntil.Equal(v.Lifecycle.HoldUntil) {
		return false
	}
	for k := KeyLogin; k < endKeys; k++ {
		if u.keyText(k) != v.keyText(k) {
			return false
		}
	}
	return true
}
