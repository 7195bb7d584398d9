package differential

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/internal/draw"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// words are texts that database engines often confuse, cut, fold or refuse.
var words = []string{
	"", "kim", "Kim", "KIM Park", "stra\u00dfe", "STRASSE", "a\x01b", "a\ufffd", "a\U0010ffff", "%_'\"\\", "\u00e9", "e\u0301", "\U0001F600x",
	"ab", "abc", "abcd", "a\x01bcd", "long long long long name", "\ufb01x", "\u212aim", "\u0130", "\u0131", "\u202eabc", "a\tb",
	"a\u0085b", "\ud7ff\ue000", strings.Repeat("\u00e9", 300),
}

// names are random names of deliveries and keys of transfers. Some differ only a little.
var names = []string{"a", "a", "ab", "a.b", "A", "k", "k", "K", "k\x01", "k\ufffd", "", ""}

// odd are invalid ids, ids at the ends of the blocks of memstore's index, and ids that do not fit
// into 32 bits or a float64.
var odd = []int64{0, -1, 63, 64, 65, 4095, 4096, 4097, 1<<31 + 1, 1<<53 + 1, 1 << 62}

// methods returns the names of the methods of the interface T that have arguments, except those in
// the list without.
func methods[T any](without []string) (list []string) {
	for i := range reflect.TypeFor[T]().NumMethod() {
		m := reflect.TypeFor[T]().Method(i)
		if m.Type.NumIn() > 0 && !slices.Contains(without, m.Name) {
			list = append(list, m.Name)
		}
	}
	return list
}

var (
	reads  = methods[storage.Reader](nil)
	writes = methods[storage.Writer](append([]string{"Load"}, reads...))
)

// read returns a random call of a method of storage.Reader. Half of the calls list or count users.
func (r *Run) read() step {
	return r.call(draw.OneOf(r.Rand, draw.OneOf(r.Rand, reads...), draw.OneOf(r.Rand, "Users", "CountUsers")))
}

// write returns a random call of a method of storage.Writer that writes.
func (r *Run) write() step {
	return r.call(draw.OneOf(r.Rand, draw.OneOf(r.Rand, writes...), draw.OneOf(r.Rand, "PutUser", "AppendChange", "PostTransfer")))
}

// call returns a step that calls the method with random arguments. The step is not run yet. method
// is the name of a method of storage.Writer.
func (r *Run) call(method string) step {
	m, _ := reflect.TypeFor[storage.Writer]().MethodByName(method)
	s := step{name: method, args: []any{}}
	for in := range m.Type.Ins() {
		if in != reflect.TypeFor[context.Context]() {
			s.args = append(s.args, r.arg(in))
		}
	}
	return s
}

// few returns a number from 0 to 4, so that equal values are frequent.
func (r *Run) few() int { return r.IntN(5) }

// id returns an id from 1 to 12, or in one of eight cases one of odd.
func (r *Run) id() int64 {
	if r.IntN(8) == 0 {
		return draw.OneOf(r.Rand, odd...)
	}
	return 1 + r.Int64N(12)
}

func (r *Run) word() string { return draw.OneOf(r.Rand, words...) }

// at returns the zero time, or a time in microseconds, the precision of the contract.
func (r *Run) at() time.Time {
	if r.few() < 2 {
		return time.Time{}
	}
	return time.UnixMicro(r.Int64N(1<<50) - 1).UTC()
}

// User returns a random user. Unique keys are often those of other users. The id may be invalid.
func (r *Run) User() user.User {
	u := draw.User(r.Rand, user.ID(r.id()))
	u.Identity.Login, u.Identity.PID, u.Names.Full = r.word(), r.word(), r.word()
	u.Identity.CustomData, u.Names.Display, u.Lifecycle.Created = r.word(), r.word(), r.at()
	u.ConfigVersion, u.Credentials.SignInStamp = user.Revision(r.few()), user.Revision(r.few())
	u.Preferences.Views = user.IDSetOf(user.ViewID(r.few()), 9)
	return u
}

// Query returns a random query for users.
func (r *Run) Query() storage.Query {
	q := draw.Query(r.Rand, []user.User{r.User()})
	q.Offset %= 5
	return q
}

// arg returns a random argument of the type t for a method of storage.Writer. The argument may be
// invalid. arg panics if no method of storage.Writer takes a t.
func (r *Run) arg(t reflect.Type) any {
	id, word, at := r.id(), r.word(), r.at()
	changes := storage.ChangeID{Revision: user.Revision(r.IntN(12)), Index: r.few()}
	change := storage.Change{
		ID: changes, Type: draw.OneOf(r.Rand, storage.UserUpdated, storage.StatusChanged), Actor: user.ID(r.few()), At: at,
		UserID: user.ID(id), Detail: word, Reason: word,
	}
	kind := user.ReferenceKind(r.IntN(4))
	switch t {
	case reflect.TypeFor[int](): // a limit
		return r.IntN(7)
	case reflect.TypeFor[int64]():
		return id
	case reflect.TypeFor[string]():
		return draw.OneOf(r.Rand, word, draw.OneOf(r.Rand, names...))
	case reflect.TypeFor[user.ID]():
		return user.ID(id)
	case reflect.TypeFor[user.Key]():
		return user.Key{Kind: user.KeyKind(kind + 1), Value: r.User().Keys()[kind+1]}
	case reflect.TypeFor[user.ReferenceKind]():
		return kind
	case reflect.TypeFor[balance.Holder]():
		return balance.Holder(r.IntN(15) - 2)
	case reflect.TypeFor[[]balance.Holder]():
		return []balance.Holder{balance.Holder(r.IntN(15) - 2), balance.Account, balance.Holder(id)}
	case reflect.TypeFor[balance.TransferID]():
		return balance.TransferID(r.IntN(10))
	case reflect.TypeFor[storage.EntryID]():
		return storage.EntryID{Transfer: balance.TransferID(r.IntN(10)), Index: r.few()}
	case reflect.TypeFor[storage.ChangeID]():
		return changes
	case reflect.TypeFor[storage.Sequence]():
		return draw.OneOf(r.Rand, storage.UserIDs, storage.TransferIDs, storage.ReferenceIDs(1), storage.ReferenceIDs(2))
	case reflect.TypeFor[storage.Query]():
		return r.Query()
	case reflect.TypeFor[storage.TransferQuery]():
		q := storage.TransferQuery{Newest: r.IntN(2) == 0, Limit: r.IntN(7), After: balance.TransferID(r.IntN(10))}
		q.UserID = max(user.ID(r.IntN(13)), 0)
		for range r.IntN(3) {
			q.Kinds = append(q.Kinds, draw.OneOf(r.Rand, balance.Transferring, balance.Funding, balance.Returning))
		}
		return q
	case reflect.TypeFor[storage.ChangeQuery]():
		q := storage.ChangeQuery{Newest: r.IntN(2) == 0, Limit: r.IntN(7), After: changes, Actor: user.ID(max(0, r.few()-2))}
		q.UserID = user.ID(max(0, r.IntN(24)-12))
		for range r.IntN(3) {
			q.Types = append(q.Types, draw.OneOf(r.Rand, storage.UserUpdated, storage.StatusChanged, "no type"))
		}
		return q
	case reflect.TypeFor[user.Account]():
		return user.Account{ID: draw.OneOf(r.Rand, r.accounts()...), Name: word, Currency: "USD", Created: at}
	case reflect.TypeFor[user.User]():
		return r.User()
	case reflect.TypeFor[user.Secret]():
		return user.SecretOf(word, time.Time{}, r.word())
	case reflect.TypeFor[user.Reference]():
		return user.Reference{Kind: kind, ID: id, Name: word, Properties: user.ListOf(user.Property{Name: word, Value: r.word()})}
	case reflect.TypeFor[storage.Change](), reflect.TypeFor[storage.DeadLetter]():
		if u := r.User(); r.IntN(2) == 0 {
			change.Created = &u
		} else {
			change.Diff = user.Diff(user.User{}, u)
		}
		if t == reflect.TypeFor[storage.Change]() {
			return change
		}
		return storage.DeadLetter{Change: change, Attempts: r.IntN(12), Error: r.word(), At: at}
	case reflect.TypeFor[storage.Delivery]():
		d := storage.Delivery{Name: draw.OneOf(r.Rand, names[:5]...), Position: changes}
		if !at.IsZero() && r.IntN(2) == 0 {
			d.Holder, d.Until = word, at
		}
		return d
	case reflect.TypeFor[balance.Transfer]():
		return payment{balance.Transfer{
			Key: draw.OneOf(r.Rand, names...), Reverses: balance.TransferID(max(0, r.few()-2)), AccountDescription: word, At: at,
			Kind: balance.Transferring, Currency: "USD", UserDescription: "a gift", Actor: 1, Reason: "spring", Rate: "1.5",
			Strict: true, Users: balance.FingerprintUsers([]user.ID{1, 2}), Skipped: []balance.Skip{{User: 7, Reason: balance.AccountShort}},
		}, balance.Units(1 + r.IntN(50)), []balance.Holder{balance.Holder(id), balance.Holder(r.id())}, r.IntN(10) == 0}
	}
	panic("differential: no argument of the type " + t.String())
}

// payment is a transfer whose id and postings follow from the state that it is posted to.
type payment struct {
	balance.Transfer
	Amount balance.Units
	To     []balance.Holder
	Wrong  bool // whether the last balance is wrong
}

// post posts the transfer p under the next free id. The first posting moves money from the world to
// the account; one posting for each holder moves p.Amount from the account to the holder. If
// p.Wrong is set, the last posting has a wrong balance. post returns the first error of w.
func (p payment) post(ctx context.Context, w storage.Writer) error {
	to := slices.Compact(slices.Sorted(slices.Values(p.To)))
	has, err := w.Balances(ctx, append([]balance.Holder{balance.Account}, to...)...)
	if err != nil {
		return err
	}
	id, err := w.NextID(ctx, storage.TransferIDs)
	if err != nil {
		return err
	}
	sum, x := p.Amount*balance.Units(len(to)), p.Transfer
	x.ID = balance.TransferID(id)
	x.Postings = []balance.Posting{{From: balance.World, To: balance.Account, Amount: sum, ToAfter: has[0] + sum}}
	for i, h := range to {
		sum -= p.Amount
		x.Postings = append(x.Postings, balance.Posting{
			From: balance.Account, To: h, Amount: p.Amount, FromAfter: has[0] + sum, ToAfter: has[i+1] + p.Amount, Name: h.String(),
		})
	}
	if p.Wrong {
		x.Postings[len(to)].ToAfter++
	}
	return w.PostTransfer(ctx, x)
}

// everything returns calls that together read all data of an account. Data that can be read by id
// or name only are read for each id and name that a Run uses.
func everything() []step {
	call := func(name string, args ...any) step { return step{name, args} }
	steps := []step{
		call("Account"), call("Counters"), call("Users", storage.Query{Deleted: storage.WithDeleted}),
		call("Transfers", storage.TransferQuery{}), call("Changes", storage.ChangeQuery{Newest: true}), call("Deliveries", "", 0),
	}
	for _, name := range names[1:4] {
		steps = append(steps, call("DeadLetters", name, storage.ChangeID{}, 0))
	}
	ids := slices.Clone(odd)
	for id := int64(balance.World); id <= 12; id++ {
		ids = append(ids, id)
	}
	for _, id := range ids {
		holder := balance.Holder(id)
		steps = append(steps, call("Secret", user.ID(id)), call("Balances", []balance.Holder{holder}),
			call("Statement", holder, storage.EntryID{}, 0))
	}
	for kind := user.ReferenceKind(1); kind.Valid(); kind++ {
		steps = append(steps, call("References", kind, int64(0), 0))
	}
	return steps
}
