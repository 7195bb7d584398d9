package user

import (
	"fmt"
	"iter"

	"github.com/ca74b63c/roster/validate"
)

// KeyKind is a kind of text, other than the id, that can identify a user.
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
	attribute Attribute
	canonical func(string) (string, error)
}{
	KeyLogin:      {AttrLogin, validate.LoginKey},
	KeyPID:        {AttrPID, verbatim},
	KeyFullName:   {AttrFullName, validate.FullNameKey},
	KeyEmail:      {AttrEmail, validate.EmailKey},
	KeyPhone:      {AttrPhone, validate.PhoneKey},
	KeyEmployeeID: {AttrEmployeeID, verbatim},
}

// verbatim returns a text of another system unchanged, and an error for the empty text.
func verbatim(s string) (string, error) {
	if s == "" {
		return "", &validate.Error{Problems: []validate.Problem{{Code: validate.Required}}}
	}
	return s, nil
}

// String returns the name of the kind, such as "login".
func (k KeyKind) String() string {
	if k > 0 && k < endKeys {
		return keyKinds[k].attribute.String()
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

// Key identifies a user. Value is canonical: two spellings of one login have the same key.
// Storages compare keys by bytes.
type Key struct {
	Kind  KeyKind
	Value string
}

// KeyOf returns the key of the given kind for a text in any spelling, such as "Agent1" for the
// login "agent1". The key has the canonical form of the text. KeyOf returns a *validate.Error with
// the path "" for a text that no user can have, such as the empty text. It returns another error
// for a number k that is no KeyKind. After an error the Key is empty.
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

// Keys holds the keys that a user claims, by kind. An empty value claims nothing.
type Keys [endKeys]string

// Keys returns the keys that u claims, one for each KeyKind, and "" for a kind without a key. A
// live user claims all its keys. A deleted user claims its unique keys (login, PID, full name)
// while its names are held (Lifecycle.HoldUntil is not zero), and no key afterwards. Keys does not
// compare HoldUntil with the present time. An attribute that is empty or has no canonical form
// claims no key.
func (u User) Keys() Keys {
	var keys Keys
	for k := KeyLogin; k < endKeys; k++ {
		keys[k] = u.key(k)
	}
	return keys
}

// Claims reports whether u claims the key k, without computing the other keys. No user claims the
// zero Key.
func (u *User) Claims(k Key) bool {
	return k.Kind > 0 && k.Kind < endKeys && k.Value != "" && u.key(k.Kind) == k.Value
}

// key returns the key of kind k that u claims, or "" if u claims none. A live user claims the keys
// of all kinds. A deleted user claims only unique keys, while Lifecycle.HoldUntil is set.
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

// SameKeys reports whether u and v have the same texts of all key attributes, such as login and
// email, and the same times Lifecycle.Deleted and HoldUntil. If it reports true, u and v claim the
// same keys, and a storage need not change its indexes. If it reports false, u and v may still
// claim the same keys. SameKeys does not compute the keys.
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

// HandOver yields the users that must be written before the changes, so that users can exchange
// unique names. Such a user gives up, in a later change, a unique name that an earlier change
// takes. HandOver yields the index of the change, and the user as before the change, without
// these names. The changes are of different users and are written in the given order.
func HandOver(changes []Outcome) iter.Seq2[int, User] {
	return func(yield func(int, User) bool) {
		if len(changes) < 2 {
			return
		}
		given, taken := make(map[Key]int), make(map[int]Attributes)
		eachKey(changes, func(i int, had, _ Key) {
			if had.Value != "" {
				given[had] = i
			}
		})
		if len(given) == 0 {
			return
		}
		eachKey(changes, func(i int, _, has Key) {
			if j, ok := given[has]; ok && j > i {
				taken[j] = taken[j].With(AttributesOf(has.Kind.Attribute()))
			}
		})
		for i := range changes {
			if taken[i] == 0 {
				continue
			}
			u := changes[i].Before
			for a := range taken[i].All() {
				attributes[a].reset(&u)
			}
			if !yield(i, u) {
				return
			}
		}
	}
}

// eachKey calls fn for each unique key that a change gives up (had) or takes (has). A key is
// empty if there was or is none.
func eachKey(changes []Outcome, fn func(i int, had, has Key)) {
	for i := range changes {
		if SameKeys(changes[i].Before, changes[i].After) {
			continue
		}
		had, has := changes[i].Before.Keys(), changes[i].After.Keys()
		for k := KeyLogin; k.Unique(); k++ {
			if had[k] != has[k] {
				fn(i, Key{k, had[k]}, Key{k, has[k]})
			}
		}
	}
}
