package roster

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// Observer receives a call before and a call after each operation: each method of a Handle or a
// Directory that takes a context. A sequence (All, Watch) is one operation for each page that it
// reads. LogObserver is one. Module otelroster has one for OpenTelemetry.
//
// An observer sees no login, no other attribute of a user, no reason, no password and no text of an
// error: an error's text may quote such values, and the caller has it.
//
// Both methods run in the caller's goroutine, outside of every transaction and lock, and the
// operation waits for them. They must be safe for concurrent use. The library does not recover
// their panics: after a panic of Start nothing has run, after a panic of End the operation is
// complete. In a storage that belongs to a transaction of the host, End reports what holds inside
// that transaction. The host may still roll it back.
type Observer interface {
	// Start is called before the operation checks or reads anything. The operation and End run with
	// the returned context, which must be derived from ctx. For a call without a context, ctx is
	// context.Background() and the operation fails.
	Start(ctx context.Context, op Operation) context.Context
	// End is called when the operation has its result.
	End(ctx context.Context, o Observation)
}

// WithObserver adds an observer to the directory. Several are started in the order of the options
// and ended in the reverse order, each with the context of its own Start. Nil adds nothing.
func WithObserver(o Observer) Option {
	return func(d *Directory) {
		if o != nil {
			d.observers = append(d.observers, o)
		}
	}
}

// MaxTargets is how many ids Operation.Targets holds at most.
const MaxTargets = 100

// Operation is one call of a method.
type Operation struct {
	Name    string         // of the method: "Create", "SignIn"
	Account user.AccountID // "" if the call names none that can exist
	Actor   Actor          // SystemActor for methods of a Directory

	// Targets are the users that the operation is about, the first MaxTargets of them. Start gets
	// those that the caller names. End also gets those that the operation found or made: the user
	// of a login, a new user, the users that DeleteAll deleted. Users on pages are no targets.
	Targets     []user.ID
	TargetCount int // of all, those beyond MaxTargets too
}

// Observation is an operation and how it ended.
type Observation struct {
	Operation

	// Code is CodeOK or the code of the error, CodeInternal after a panic of a function of the
	// host.
	Code Code
	// DryRun says that the operation ran with the option DryRun: what succeeded has changed
	// nothing.
	DryRun bool
	// Rule is the name of the rule of the policy that decided: the one that refused (CodeDenied),
	// or the one that allowed the first action that the operation asked for. It is "" if the policy
	// was not asked, or if the user is hidden (CodeNotFound).
	Rule string
	// Attempts is how often the storage ran the operation's transaction: 0 if the call failed
	// before it, more than 1 after conflicts. An operation that reads before it writes counts the
	// writes.
	Attempts int
	// Duration is by the directory's clock. The default clock is monotonic.
	Duration time.Duration
}

// observation is an operation under way. There is none without an observer: the methods that note
// something do nothing on nil.
type observation struct {
	Observation
	dir           *Directory
	begun         time.Time
	contexts      []context.Context // of each observer, what its Start returned
	reads, writes int               // how often the storage ran a function
}

// start begins the operation of an exported method of a Handle, whose first lines are
//
//	if ctx, h.obs = start(ctx, &h, "Get", id); h.obs != nil {
//		defer h.obs.end(&err)
//	}
//
// h is the method's own copy of the handle, and err its named result. targets are the users that
// the caller names. BenchmarkNoObserver says what these lines cost where h.obs is nil: start is
// inlined, takes h by its address, and the defer is under a condition for that.
func start(ctx context.Context, h *Handle, name string, targets ...user.ID) (context.Context, *observation) {
	if !h.observed {
		return ctx, nil
	}
	return startObserved(ctx, h, name, targets)
}

func startObserved(ctx context.Context, h *Handle, name string, targets []user.ID) (context.Context, *observation) {
	o := &observation{dir: h.dir, begun: h.dir.clock()}
	o.Name, o.Actor = name, h.actor
	if h.named {
		o.Account = h.account
	}
	o.found(targets...)
	next := ctx
	if next == nil {
		next = context.Background()
	}
	for _, observer := range h.dir.observers {
		if c := observer.Start(next, o.Operation); c != nil {
			next = c
		}
		o.contexts = append(o.contexts, next)
	}
	if ctx == nil {
		return nil, o // the call is to fail for want of a context
	}
	return next, o
}

// end ends the operation. It is deferred, and err is the method's result.
func (o *observation) end(err *error) {
	if r := recover(); r != nil { // of a function of the host; it goes on
		o.endAs(CodeInternal, nil)
		panic(r)
	}
	o.endAs(CodeOf(*err), *err)
}

func (o *observation) endAs(code Code, err error) {
	o.Code, o.Attempts = code, o.writes
	if o.Attempts == 0 {
		o.Attempts = o.reads
	}
	if code == CodeDenied || code == CodeNotFound {
		o.Rule = ""
		if denied := new(permission.Denied); errors.As(err, &denied) && denied != nil {
			o.Rule = denied.Rule
		}
	}
	o.Duration = o.dir.clock().Sub(o.begun)
	for i, observer := range slices.Backward(o.dir.observers) {
		observer.End(o.contexts[i], o.Observation)
	}
}

// found adds users to the targets of the operation. The id 0 names none.
func (o *observation) found(ids ...user.ID) {
	if o == nil {
		return
	}
	o.Targets = slices.Clone(o.Targets) // an observer may have the old slice
	for _, id := range ids {
		if id == 0 {
			continue
		}
		o.TargetCount++
		if len(o.Targets) < MaxTargets {
			o.Targets = append(o.Targets, id)
		}
	}
}

// paid adds the users of a transfer to the targets, unless the caller named them.
func (o *observation) paid(t balance.Transfer) {
	if o == nil || o.TargetCount > 0 {
		return
	}
	var ids []user.ID
	for _, p := range t.Postings {
		if id, ok := p.User(); ok {
			ids = append(ids, id)
		}
	}
	o.found(ids...)
}

// reading notes that the storage runs a function that reads.
func (o *observation) reading() {
	if o != nil {
		o.reads++
		o.Rule = ""
	}
}

// writing notes that the storage runs a function that writes.
func (o *observation) writing() {
	if o != nil {
		o.writes++
		o.Rule = ""
	}
}

// allowed notes the rule that allowed the first request of the transaction.
func (o *observation) allowed(ctx context.Context, a permission.Authorizer, r permission.Request) {
	if o != nil && o.Rule == "" {
		o.Rule = permission.Explain(ctx, a, r).Rule
	}
}
