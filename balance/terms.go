package balance

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/ca74b63c/roster/user"
)

// Fingerprint is the SHA-256 of the set of users that a request names, so that 50,000 ids take 32
// bytes. The zero Fingerprint means that the request names no users.
type Fingerprint [sha256.Size]byte

// usersDomain and ruleDomain begin the hashed bytes, so that no list of ids has the hash of a rule.
const usersDomain, ruleDomain = "users:", "rule:"

// FingerprintUsers returns the fingerprint of a set of users. Order and repetitions do not
// matter. Without ids it returns the zero Fingerprint.
func FingerprintUsers(ids []user.ID) Fingerprint {
	if len(ids) == 0 {
		return Fingerprint{}
	}
	ids = slices.Clone(ids)
	slices.Sort(ids)
	ids = slices.Compact(ids)
	buf := append(make([]byte, 0, len(usersDomain)+8*len(ids)), usersDomain...)
	for _, id := range ids {
		buf = binary.BigEndian.AppendUint64(buf, uint64(id))
	}
	return sha256.Sum256(buf)
}

// FingerprintSelection returns the fingerprint of a rule that selects users, such as "all" or
// "all of application 7". A replay is then the same request even if the rule would select other
// users now.
func FingerprintSelection(rule string) Fingerprint {
	return sha256.Sum256(append([]byte(ruleDomain), rule...))
}

// String returns the fingerprint in hexadecimal.
func (f Fingerprint) String() string { return hex.EncodeToString(f[:]) }

// MarshalText returns 64 hexadecimal digits, and an empty text for the zero Fingerprint.
func (f Fingerprint) MarshalText() ([]byte, error) {
	if f == (Fingerprint{}) {
		return nil, nil
	}
	return []byte(f.String()), nil
}

// UnmarshalText sets the fingerprint to the one that b encodes: 64 hexadecimal digits, or an empty
// text for the zero Fingerprint. It returns an error, and changes nothing, for any other text.
func (f *Fingerprint) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*f = Fingerprint{}
		return nil
	}
	if len(b) != 2*len(f) {
		return fmt.Errorf("balance: a fingerprint has %d hexadecimal digits", 2*len(f))
	}
	var g Fingerprint
	if _, err := hex.Decode(g[:], b); err != nil {
		return fmt.Errorf("balance: fingerprint: %w", err)
	}
	*f = g
	return nil
}

// Terms are the arguments of a request, without actor, time and reason. Two requests are the same
// request if their Terms are equal under ==. An empty description equals its default.
type Terms struct {
	Kind                                Kind
	Amount                              Money
	Users                               Fingerprint
	Strict                              bool
	AccountDescription, UserDescription string
	Reverses                            TransferID
}

// Terms returns what another request with the same idempotency key must repeat: the kind, the
// amount, Strict, a fingerprint of the users, and the descriptions. The fingerprint is that of
// Selection, or without a Selection, that of the payees' ids. For an empty description, Terms uses
// the default text.
func (r Request) Terms() Terms {
	t := Terms{Kind: Transferring, Amount: r.Amount, Strict: r.Strict}
	if r.Selection != "" {
		t.Users = FingerprintSelection(r.Selection)
	} else {
		ids := make([]user.ID, len(r.Payees))
		for i, p := range r.Payees {
			ids[i] = p.ID
		}
		t.Users = FingerprintUsers(ids)
	}
	return t.described(r.AccountDescription, r.UserDescription, r.Amount.units >= 0)
}

// described returns t with the given descriptions for the statements of the account and of the
// user. For an empty description it uses the default text, which depends on the parameter
// accountPays: true if the account pays the users, false if the users pay the account.
func (t Terms) described(account, user string, accountPays bool) Terms {
	accountText, userText := accountReceivesText, userPaysText
	if accountPays {
		accountText, userText = accountPaysText, userReceivesText
	}
	t.AccountDescription, t.UserDescription = cmp.Or(account, accountText), cmp.Or(user, userText)
	return t
}

// Terms returns what another funding with the same idempotency key must repeat: the kind, the
// amount, Strict (always true), and the account description. For an empty description it uses the
// default text, which depends on the sign of the amount.
func (r FundingRequest) Terms() Terms {
	byDefault := fundedText
	if r.Amount.units < 0 {
		byDefault = withdrawnText
	}
	return Terms{Kind: Funding, Amount: r.Amount, Strict: true, AccountDescription: cmp.Or(r.AccountDescription, byDefault)}
}

// Terms returns what another reversal with the same idempotency key must repeat: the kind, the id
// of the original transfer, Strict (always true), and the descriptions. For an empty description it
// uses the default text. The reversal of a funding has no default user description.
func (r ReversalRequest) Terms() Terms {
	t := Terms{Kind: Reversing, Strict: true, Reverses: r.Original.ID}
	if r.Original.Kind == Funding {
		t.AccountDescription, t.UserDescription = cmp.Or(r.AccountDescription, withdrawnText), r.UserDescription
		if r.Original.Requested.units < 0 {
			t.AccountDescription = cmp.Or(r.AccountDescription, fundedText)
		}
		return t
	}
	return t.described(r.AccountDescription, r.UserDescription, r.Original.Requested.units < 0)
}

// Terms returns the Terms of the request that made the transfer.
func (t Transfer) Terms() Terms {
	return Terms{
		Kind: t.Kind, Amount: t.Requested, Users: t.Users, Strict: t.Strict,
		AccountDescription: t.AccountDescription, UserDescription: t.UserDescription, Reverses: t.Reverses,
	}
}

// Diff returns the names of the fields in which a and b differ, in this order: kind, amount,
// currency, users, strict, accountDescription, userDescription, reverses. It returns nil if a
// equals b.
func (a Terms) Diff(b Terms) []string {
	var fields []string
	for _, f := range []struct {
		name    string
		differs bool
	}{
		{"kind", a.Kind != b.Kind},
		{"amount", a.Amount.units != b.Amount.units},
		{"currency", a.Amount.currency != b.Amount.currency},
		{"users", a.Users != b.Users},
		{"strict", a.Strict != b.Strict},
		{"accountDescription", a.AccountDescription != b.AccountDescription},
		{"userDescription", a.UserDescription != b.UserDescription},
		{"reverses", a.Reverses != b.Reverses},
	} {
		if f.differs {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// Replays compares a request with t, the earlier transfer that has the same idempotency key. It
// returns nil if the request is the same: t is then its result. Otherwise it returns
// ErrKeyConflict, as a *KeyConflict. Call it before you return an error of Plan, because the
// money may be gone after the first request.
func (t Transfer) Replays(asked Terms) error {
	if t.Terms() == asked {
		return nil
	}
	return &KeyConflict{Key: t.Key, Earlier: t.ID, Fields: t.Terms().Diff(asked)}
}
