package roster

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/user"
)

// Observer receives one call before and one after each operation. An operation is a call of a
// method of Handle or Directory that takes a context. For a method that returns a sequence (All,
// Watch, Accounts), each page that it reads is an operation. For Deliver, each page and each
// attempt at a change is an operation. LogObserver returns an Observer for logs, and module
// otelroster one for OpenTelemetry.
//
// An observer receives no password, no reason, no attribute of a user and no text of an error,
// because the text may quote such values. The caller receives the error.
//
// Both methods run in the goroutine of the caller, outside of every transaction and lock, and the
// operation waits for them. They must be safe for concurrent use. The library does not recover
// their panics: after a panic of Start the operation does not run; after a panic of End it is
// complete. If the storage works inside a transaction of the host, End runs before that commits.
type Observer interface {
	// Start runs before the operation reads anything. The operation and End receive the returned
	// context, which must be derived from ctx. If the caller passes a nil context, ctx is
	// context.Background() and the operation fails.
	Start(ctx context.Context, op Operation) context.Context
	// End runs when the operation has its result.
	End(ctx context.Context, o Observation)
}

// WithObserver adds an observer to the directory. Several observers start in the order of the
// options and end in the reverse order. Each End receives the context that its own Start
// returned. A nil observer adds nothing.
func WithObserver(o Observer) Option {
	return func(d *Directory) {
		if o != nil {
			d.observers = append(d.observers, o)
		}
	}
}

// MaxTargets is how many ids Operation.Targets holds at most.
const MaxTargets = 100

// Operation describes a call of a method before the call runs.
type Operation struct {
	Name    string         // the name of the method, such as "Create"
	Account user.AccountID // "" if the account id is not valid
	Actor   Actor          // SystemActor for a method of Directory

	// Targets are the first MaxTargets users that the operation is about. Start receives those that
	// the caller names. End also receives those that the operation finds, creates or deletes: the
	// user of a login, a new user, the users that DeleteAll deletes. The users on a page are no
	// targets.
	Targets []user.ID
	// TargetCount is the number of all targets.
	TargetCount int
}

// Observation describes an operation that has ended.
type Observation struct {
	Operation

	// Code is the code of the error, CodeOK without one. It is CodeInternal if a function of the
	// host panics.
	Code Code
	// DryRun says that the call has the option DryRun. Such an operation commits nothing.
	DryRun bool
	// Rule is the name of the rule of the policy that decided: the rule that denied
	// (CodeDenied), or the rule that allowed the first action of the operation. It is "" if the
	// policy was not asked, and with CodeNotFound.
	Rule string
	// Attempts is how often the storage ran the transaction of the operation: 0 if the operation
	// failed before, more than 1 after conflicts. If an operation reads and writes, Attempts
	// counts the writes.
	Attempts int
	// Duration is measured with the clock of the directory. The default clock is monotonic.
	Duration time.Duration
	// Delivery says which step of Deliver the operation is; zero for any other operation.
	Delivery DeliveryStep
}

// observation is a running operation. It is nil without an observer, and its methods do
// nothing then.
type observation struct {
	Observation
	dir           *Directory
	begun         time.Time
	contexts      []context.Context // what Start of each observer returned
	reads, writes int               // how often the storage ran a function
}

// start begins the operation with the given name and returns its context and its observation, or
// ctx and nil without an observer. An exported method that calls neither runView nor runUpdate
// begins with
//
//	ctx, h.obs = start(ctx, &h, "Import")
//	defer h.obs.end(&err)
//
// h is the method's own copy of the handle, and err its named result. start takes h by address so
// that it is inlined and fast (BenchmarkNoObserver).
func start(ctx context.Context, h *Handle, name string, targets ...user.ID) (context.Context, *observation) {
	if !h.observed {
		return ctx, nil
	}
	return startObserved(ctx, h, name, targets)
}

// startObserved calls Start of each observer, in order, and returns the last context that is not
// nil, and the observation. If ctx is nil, observers get context.Background() and the result is
// nil.
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
		return nil, o // checkCall refuses the nil context
	}
	return next, o
}

// end ends the operation with the error that err points to, and calls End of the observers.
// Exported methods defer it. If the operation panics, end records CodeInternal and panics again. If
// o is nil, it does nothing.
func (o *observation) end(err *error) {
	if o == nil {
		return
	}
	if r := recover(); r != nil {
		o.endAs(CodeInternal, nil)
		panic(r)
	}
	o.endAs(CodeOf(*err), *err)
}

// endAs sets the code, the duration and the attempts of the observation, and calls End of the
// observers in reverse order. For CodeDenied and CodeNotFound, it also sets Rule to the rule of the
// *permission.Denied in err, or to "" if err contains none.
func (o *observation) endAs(code Code, err error) {
	o.Code, o.Attempts = code, cmp.Or(o.writes, o.reads)
	if code == CodeDenied || code == CodeNotFound {
		o.Rule = denial(err).Rule
	}
	o.Duration = o.dir.clock().Sub(o.begun)
	for i, observer := range slices.Backward(o.dir.observers) {
		observer.End(o.contexts[i], o.Observation)
	}
}

// found adds ids to the targets of the operation: to Targets, up to MaxTargets, and to TargetCount.
// It ignores the id 0. If o is nil, it does nothing.
func (o *observation) found(ids ...user.ID) {
	if o == nil {
		return
	}
	o.Targets = slices.Clone(o.Targets) // an observer may hold the old slice
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

// reading counts one attempt of a read transaction, and clears Rule, because the attempt asks the
// policy again. If o is nil, it does nothing.
func (o *observation) reading() {
	if o != nil {
		o.reads++
		o.Rule = ""
	}
}

// writing counts one attempt of a write transaction. asks is true if the policy is checked in the
// attempt; writing then clears Rule, which the check sets again. If o is nil, it does nothing.
func (o *observation) writing(asks bool) {
	if o == nil {
		return
	}
	o.writes++
	if asks {
		o.Rule = ""
	}
}

// allowed sets Rule to the rule of the policy a that allowed the request r, if Rule is not set yet.
// If o is nil, it does nothing.
func (o *observation) allowed(ctx context.Context, a permission.Authorizer, r permission.Request) {
	if o != nil && o.Rule == "" {
		o.Rule = permission.Explain(ctx, a, r).Rule
	}
}
