package model

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
)

// Op is one call, for the front door and for the model. Its name lists the call, its arguments and
// its options.
type Op struct {
	Name  string
	front func(ctx context.Context, f *Front) (any, error)
	model func(m *Model) (any, error)
}

// String returns the name.
func (o Op) String() string { return o.Name }

// Pair is one account of the product, its model, and the calls that were made so far.
type Pair struct {
	front *Front
	model *Model
	steps []Op

	answer any   // the model's last one
	last   Fault // or why it was refused
}

// begun is the time at which every sequence begins.
var begun = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// NewPair returns an account without data, and its model.
func NewPair(store storage.Storage, account user.AccountID, opts ...roster.Option) *Pair {
	return &Pair{front: newFront(store, account, begun, opts...), model: newModel(begun)}
}

// Do makes a call on both and returns the difference of the results, "" if there is none.
func (p *Pair) Do(o Op) (difference string) {
	p.steps = append(p.steps, o)
	return p.compare(o)
}

func (p *Pair) compare(o Op) (difference string) {
	got, err := o.front(context.Background(), p.front)
	return p.answered(o, got, err)
}

// answered runs the call o on the model and compares the result with got and err, the result and
// the error of the front door. It returns "" if they agree. Otherwise it returns a text that
// describes the difference. It compares the errors first, and the results only if the call
// succeeded. It stores the result and the fault of the model in p.answer and p.last.
func (p *Pair) answered(o Op, got any, err error) (difference string) {
	want, fault := o.model(p.model)
	p.answer, p.last = want, faultText(fault)
	if g, w := FaultOf(err), p.last; g != w {
		return fmt.Sprintf("error %q, want %q", g, w)
	}
	if err != nil || reflect.DeepEqual(got, want) {
		return ""
	}
	return cmp.Diff(want, got, cmp.Exporter(func(reflect.Type) bool { return true }))
}

// DoFaulty makes a call on the front door while the n-th call of the storage fails. The call must
// fail and must change nothing. Then DoFaulty makes the call on both sides without a fault.
//
// If the call needs fewer than n calls of the storage, no fault occurs, and DoFaulty only compares
// the answers. A call with a used idempotency key needs no write. If NextID or PostTransfer fails,
// such a call may succeed as a replay or return balance.ErrKeyConflict.
//
// DoFaulty returns the first difference, or "" if there is none.
func (p *Pair) DoFaulty(o Op, n int) (difference string) {
	faults := storagetest.Faults(p.front.store, n)
	p.front.over(faults)
	got, err := o.front(context.Background(), p.front)
	p.front.over(p.front.store)
	method, fired := faults.Fired()
	if !fired { // it makes fewer calls
		p.steps = append(p.steps, o)
		return p.answered(o, got, err)
	}
	faulty := o
	faulty.Name = fmt.Sprintf("%s, while %s fails, call %d of the storage", o.Name, method, n)
	p.steps = append(p.steps, faulty)
	if !errors.Is(err, storagetest.ErrInjected) {
		receipt, _ := got.(Receipt)
		used := err == nil && receipt.Replayed || errors.Is(err, balance.ErrKeyConflict)
		if used && (method == "NextID" || method == "PostTransfer") {
			return p.answered(o, got, err) + p.Compare()
		}
		return fmt.Sprintf("answered %v, error %v, although the storage has failed", got, err)
	}
	if difference := p.Compare(); difference != "" {
		return "failed, and yet it changed something:\n" + difference
	}
	return p.Do(o)
}

func faultText(err error) Fault {
	if err == nil {
		return ""
	}
	return Fault(err.Error())
}

// story returns the names of the calls as a numbered list, one call a line.
func story(steps []Op) string {
	var b strings.Builder
	for i, s := range steps {
		fmt.Fprintf(&b, "%3d. %s\n", i+1, s.Name)
	}
	return b.String()
}

// Everything is the whole state of an account.
type Everything struct {
	Revision  int
	Config    int // revision
	Account   Record
	Users     []Record
	Secrets   []string
	Profiles  []Record
	Skills    []Record
	Funds     []int64 // of the account, and of each user
	Transfers []Transfer
	Reversals []int
	Changes   []Change
	Compacted storage.ChangeID
}

// Compare returns the difference of the whole states, "" if there is none.
func (p *Pair) Compare() string {
	return p.compare(Op{front: func(ctx context.Context, f *Front) (any, error) { return f.everything(ctx) },
		model: func(m *Model) (any, error) { return m.everything(), nil }})
}

func (m *Model) everything() (e Everything) {
	e.Revision, e.Account, e.Transfers = m.revision, m.account, m.moved()
	e.Config = m.configRevision()
	if len(m.transfers) == 0 {
		e.Transfers = nil
	}
	e.Profiles, e.Skills, e.Changes = m.referencesOf("profile"), m.referencesOf("skill"), m.changes
	if m.compacted > 0 {
		e.Compacted = storage.AfterRevision(user.Revision(m.compacted))
	}
	e.Funds = []int64{m.funds[0]}
	for _, id := range m.sorted() {
		s := m.secrets[id]
		e.Users, e.Funds = append(e.Users, m.users[id]), append(e.Funds, m.funds[id])
		if s.plain != "" {
			s.plain = fmt.Sprint(s.scheme, ":", s.plain)
		}
		e.Secrets = append(e.Secrets, s.plain+" "+s.before)
	}
	for _, x := range m.transfers {
		by := 0
		if i := slices.IndexFunc(m.transfers, func(y Transfer) bool { return y.Reverses == x.ID }); i >= 0 {
			by = m.transfers[i].ID
		}
		e.Reversals = append(e.Reversals, by)
	}
	return e
}

// everything reads the whole state from the storage, below the front door.
func (f *Front) everything(ctx context.Context) (e Everything, err error) {
	err = f.store.View(ctx, f.account, func(ctx context.Context, r storage.Reader) error {
		e = Everything{Revision: int(r.Revision()), Config: int(r.ConfigRevision())}
		account, err := r.Account(ctx)
		if err == nil {
			e.Account = showAccount(account)
		} else if FaultOf(err) != notFound { // which the account is after a deletion
			return err
		}
		users, err := r.Users(ctx, storage.Query{Deleted: storage.WithDeleted})
		if err != nil {
			return err
		}
		holders := []balance.Holder{balance.Account}
		for _, u := range users {
			s, err := r.Secret(ctx, u.ID)
			if err != nil {
				return err
			}
			_, before, _ := strings.Cut(strings.Join(s.Previous().Slice(), " "), ":")
			e.Secrets = append(e.Secrets, s.Hash()+" "+before)
			holders = append(holders, balance.HolderOf(u.ID))
		}
		e.Users = showUsers(users)
		units, err := r.Balances(ctx, holders...)
		if err != nil {
			return err
		}
		for _, n := range units {
			e.Funds = append(e.Funds, int64(n))
		}
		transfers, err := r.Transfers(ctx, storage.TransferQuery{})
		if err != nil {
			return err
		}
		e.Transfers = showTransfers(transfers)
		for _, x := range transfers {
			by, err := r.Reversal(ctx, x.ID)
			if err != nil && FaultOf(err) != notFound {
				return err
			}
			e.Reversals = append(e.Reversals, int(by))
		}
		for kind, list := range map[user.ReferenceKind]*[]Record{user.ReferenceProfile: &e.Profiles, user.ReferenceSkill: &e.Skills} {
			refs, err := r.References(ctx, kind, 0, 0)
			if err != nil {
				return err
			}
			*list = showReferences(refs)
		}
		counters, err := r.Counters(ctx)
		if err != nil {
			return err
		}
		e.Compacted = counters.Compacted
		changes, err := r.Changes(ctx, storage.ChangeQuery{After: e.Compacted})
		e.Changes = showChanges(changes)
		return err
	})
	return e, err
}
