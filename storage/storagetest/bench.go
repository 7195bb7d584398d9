package storagetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// benchUsers is the number of users in the account of Bench.
const benchUsers = 10_000

// Bench measures the operations that a server does most on the storage that open returns. The
// storage has one account of 10,000 users with every attribute that people have. Compare the
// figures of two storages only if both ran on one machine. Bench closes the storage at the end. An
// error of the storage fails the benchmark. Each operation is one transaction:
//
//	get             a user by id
//	find            a user by login
//	put             a new user, with an id from the sequence, and the change record
//	patch           a user read and put with another custom data, and the change record
//	transfer-1      money from the account to one user, and the change record
//	transfer-1000   money from the account to 1,000 users, and the change record
//	list            a page of 20 from the middle, by application, in the order of display names
//	search          the first 20 users with a part of a name that 1 in 100 has
//	count           how many are enabled, in an application, with a role
//	changes         the last 100 changes
func Bench(b *testing.B, open Open) {
	s := open(b)
	b.Cleanup(func() {
		if err := s.Close(); err != nil {
			b.Errorf("Close: %v", err)
		}
	})
	f := &benchmark{s: s, ctx: context.Background(), users: benchUsers, ledger: newLedger()}
	if err := f.fill(); err != nil {
		b.Fatalf("filling the account: %v", err)
	}
	for _, op := range f.operations() {
		b.Run(op.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if op.prepare != nil {
					b.StopTimer()
					op.prepare(i)
					b.StartTimer()
				}
				if err := op.run(i); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// benchmark is one account and the operations on it.
type benchmark struct {
	s        storage.Storage
	ctx      context.Context
	users    int // a multiple of 100
	ledger   *ledger
	planned  balance.Transfer // the next
	revision user.Revision
}

type operation struct {
	name    string
	run     func(i int) error
	prepare func(i int) // what the caller of a storage does before, which is not measured; nil: nothing
}

// operations returns the operations that Bench lists. The i-th call of one works on other users
// than the call before.
func (f *benchmark) operations() []operation {
	return []operation{
		{"get", f.reading(func(ctx context.Context, r storage.Reader, i int) error {
			_, err := r.User(ctx, f.scattered(i))
			return err
		}), nil},
		{"find", f.reading(func(ctx context.Context, r storage.Reader, i int) error {
			_, err := r.UserByKey(ctx, user.Key{Kind: user.KeyLogin, Value: fmt.Sprintf("user%d", f.scattered(i))})
			return err
		}), nil},
		{"put", f.writing(func(ctx context.Context, w storage.Writer, _ int) error {
			id, err := w.NextID(ctx, storage.UserIDs)
			if err != nil {
				return err
			}
			return create(ctx, w, user.ID(id))
		}), nil},
		{"patch", f.writing(f.patch), nil},
		{"transfer-1", f.writing(f.transfer), func(i int) { f.plan(i, 1) }},
		{"transfer-1000", f.writing(f.transfer), func(i int) { f.plan(i, 1000) }},
		{"list", f.reading(func(ctx context.Context, r storage.Reader, i int) error {
			users, err := r.Users(ctx, storage.Query{
				Applications: []user.ApplicationID{user.ApplicationID(1 + i%20)}, Order: storage.OrderByDisplayName, Limit: 20,
				After: &storage.Position{Key: "name50"},
			})
			return atLeast(20, len(users), err)
		}), nil},
		{"search", f.reading(func(ctx context.Context, r storage.Reader, i int) error {
			users, err := r.Users(ctx, storage.Query{Text: fmt.Sprintf("NAME%02d of", i%100), Limit: 20})
			return atLeast(min(20, f.users/100), len(users), err)
		}), nil},
		{"count", f.reading(func(ctx context.Context, r storage.Reader, i int) error {
			n, err := r.CountUsers(ctx, storage.Query{
				Enabled: storage.Yes, Applications: []user.ApplicationID{user.ApplicationID(2 + i%3)}, Roles: user.RolesOf(user.Agent),
			})
			return atLeast(1, n, err)
		}), nil},
		{"changes", f.reading(func(ctx context.Context, r storage.Reader, _ int) error {
			after := storage.AfterRevision(f.revision - min(f.revision, 100))
			_, err := r.Changes(ctx, storage.ChangeQuery{After: after, Limit: 100})
			return err
		}), nil},
	}
}

// atLeast returns err, or an error if fewer users than wanted were found.
func atLeast(want, found int, err error) error {
	if err == nil && found < want {
		err = fmt.Errorf("%d users found, want %d", found, want)
	}
	return err
}

// reading returns an operation that runs fn in a View.
func (f *benchmark) reading(fn func(context.Context, storage.Reader, int) error) func(int) error {
	return func(i int) error {
		return f.s.View(f.ctx, acme, func(ctx context.Context, r storage.Reader) error { return fn(ctx, r, i) })
	}
}

// writing returns an operation that runs fn in an Update, and stores the revision in f.revision.
func (f *benchmark) writing(fn func(context.Context, storage.Writer, int) error) func(int) error {
	return func(i int) (err error) {
		f.revision, err = f.s.Update(f.ctx, acme, func(ctx context.Context, w storage.Writer) error { return fn(ctx, w, i) })
		return err
	}
}

// benchUser returns the user with the given id for Bench, with the attributes that a real agent
// has. Many attributes depend on the id, such as the names, the roles, the skills, the queues, the
// applications, and whether the user is disabled.
func benchUser(id user.ID) user.User {
	u := person(id, fmt.Sprintf("user%d", id))
	u.Names.Display = fmt.Sprintf("Name%02d of user %d", id%100, id)
	u.Identity.Description, u.Identity.CustomData = "an agent of the day shift", `{"desk": 12, "floor": 3}`
	u.Contact.Language, u.Contact.PictureURL = "en_GB", "https://pictures.example.com/1.png"
	u.Capacity.MaxChats, u.Capacity.MaxAsyncChats = 5, user.Some(20)
	u.Capacity.MemberOf = user.Assignment{Group: user.GroupID(1 + id%50), Since: moment(1)}
	u.Capacity.Skills = user.IDSetOf(user.SkillID(1+id%7), user.SkillID(10+id%11))
	u.Capacity.Queues = user.IDSetOf(user.QueueID(1 + id%5))
	u.Access.Disabled = id%10 == 0
	u.Access.Granted = user.RolesOf(user.Agent, roleAt(int(id%4)))
	u.Access.Roles = u.Access.Granted
	u.Access.Profiles, u.Access.Applications = user.IDSetOf(user.ProfileID(1+id%3)), user.IDSetOf(user.ApplicationID(1+id%20))
	u.Presence.Status, u.Presence.Since = user.Ready, moment(2)
	u.Lifecycle.Updated = moment(3)
	return u
}

// create puts a new user and records the change.
func create(ctx context.Context, w storage.Writer, id user.ID) error {
	u := benchUser(id)
	u.Version = w.Next()
	if err := w.PutUser(ctx, u); err != nil {
		return err
	}
	return w.AppendChange(ctx, storage.Change{Type: storage.UserCreated, At: moment(1), UserID: u.ID, Created: &u})
}

// fill creates the users, 100 in one Update, and funds the account.
func (f *benchmark) fill() error {
	hundred := f.writing(func(ctx context.Context, w storage.Writer, first int) error {
		for id := first; id < first+100; id++ {
			if err := create(ctx, w, user.ID(id)); err != nil {
				return err
			}
		}
		return nil
	})
	for first := 1; first < f.users; first += 100 {
		if err := hundred(first); err != nil {
			return err
		}
	}
	fund := f.ledger.fund(balance.MaxUnits / 2)
	return f.writing(func(ctx context.Context, w storage.Writer, _ int) error { return w.PostTransfer(ctx, fund) })(0)
}

// scattered returns the i-th id of a sequence in which neighbors are far apart, so that caches do
// not help.
func (f *benchmark) scattered(i int) user.ID { return user.ID(1 + i*7919%f.users) }

func (f *benchmark) patch(ctx context.Context, w storage.Writer, i int) error {
	before, err := w.User(ctx, f.scattered(i))
	if err != nil {
		return err
	}
	after := before
	after.Version = w.Next()
	after.Identity.CustomData = fmt.Sprint("custom data ", i)
	if err := w.PutUser(ctx, after); err != nil {
		return err
	}
	return w.AppendChange(ctx, storage.Change{
		Type: storage.UserUpdated, At: moment(1), UserID: after.ID, Diff: user.Diff(before, after),
	})
}

// plan sets f.planned to a new transfer from the account to several users. The parameter payees is
// the number of these users, and must be less than f.users. Each user gets one unit. The users have
// consecutive ids, and the number i selects the first one. plan then empties the ledger's list of
// transfers, which would otherwise grow without bound. The ledger keeps the balances.
func (f *benchmark) plan(i, payees int) {
	to := make([]balance.Holder, payees)
	first := int(f.scattered(i)) % (f.users - payees)
	for j := range to {
		to[j] = balance.Holder(first + j + 1)
	}
	f.planned = f.ledger.pay(1, to...)
	f.ledger.posted = f.ledger.posted[:0]
}

func (f *benchmark) transfer(ctx context.Context, w storage.Writer, _ int) error {
	if err := w.PostTransfer(ctx, f.planned); err != nil {
		return err
	}
	return w.AppendChange(ctx, storage.Change{Type: storage.MoneyTransferred, At: f.planned.At, TransferID: f.planned.ID})
}
