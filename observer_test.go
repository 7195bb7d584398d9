package roster_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/balance"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/permission"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/storagetest"
	"github.com/ca74b63c/roster/user"
	"github.com/ca74b63c/roster/validate"
)

// recorder is an observer that keeps every observation.
type recorder struct {
	started []roster.Operation
	ended   []roster.Observation
}

type recordedKey struct{}

func (r *recorder) Start(ctx context.Context, op roster.Operation) context.Context {
	r.started = append(r.started, op)
	return context.WithValue(ctx, recordedKey{}, op.Name)
}

func (r *recorder) End(ctx context.Context, o roster.Observation) {
	if ctx.Value(recordedKey{}) != o.Name {
		o.Name += " with another context"
	}
	r.ended = append(r.ended, o)
}

// last returns the only operation since the last call.
func (r *recorder) last(t *testing.T) roster.Observation {
	t.Helper()
	if len(r.started) != 1 || len(r.ended) != 1 || r.started[0].Name != r.ended[0].Name {
		t.Fatalf("not one operation: started %+v, ended %+v", r.started, r.ended)
	}
	o := r.ended[0]
	r.started, r.ended = nil, nil
	return o
}

// observed returns a new world whose directory has a recorder.
func observed(t *testing.T, store storage.Storage, opts ...roster.Option) (*world, *recorder) {
	r := new(recorder)
	w := newWorld(t, store, append(opts, roster.WithObserver(r))...)
	r.started, r.ended = nil, nil
	return w, r
}

// TestEverySuccessIsObserved checks that each ability reports its success and its target.
func TestEverySuccessIsObserved(t *testing.T) {
	for _, a := range abilities() {
		w, r := observed(t, memstore.New())
		w.ok(a.Prepare(w.ctx, w.host))
		r.started, r.ended = nil, nil
		w.ok(second(a.do(w.ctx, w.host, a.target)))
		o := r.ended[len(r.ended)-1]
		method := strings.TrimSuffix(strings.TrimSuffix(a.name, "ToAll"), "Anybody")
		if o.Name != method || o.Account != "acme" || o.Actor.Kind() != roster.KindSystem || o.Code != roster.CodeOK ||
			o.Attempts < 1 || o.Rule != permission.RuleSystem || a.target != 0 && !slices.Contains(o.Targets, a.target) {
			t.Errorf("%s about user %d is observed as %+v", a.name, a.target, o)
		}
	}
}

func TestObservation(t *testing.T) {
	w, r := observed(t, memstore.New())
	key := w.dir.As("acme", roster.KeyActor(0, permission.VendorPermissions()))
	fullName, patched := user.Patch{FullName: user.Set("Ann Other")}, user.Patch{MaxChats: user.Set(9)}
	h, c := w.host, w.ctx
	for _, tt := range []struct {
		do   func() error
		want string // account, method, actor, targets, code, rule and attempts
	}{
		{func() error { return second(w.as(boss).Get(c, agent)) }, "acme Get user 1 [2] ok admin-everything 1"},
		{func() error { return second(key.Get(c, agent)) }, "acme Get key 0 [2] ok key-user-read-one 1"},
		{func() error { return second(w.as(agent).Patch(c, agent, fullName)) }, "acme Patch user 2 [2] denied no-permission 1"},
		{func() error { return second(w.as(agent).Get(c, other)) }, "acme Get user 2 [3] not_found  1"}, // who is hidden
		{func() error { return second(h.Get(c, noUser)) }, "acme Get system 0 [999] not_found  1"},
		{func() error { return second(h.Patch(c, agent, patched, roster.IfVersion(1))) }, "acme Patch system 0 [2] stale system 1"},
		{func() error { return second(h.Reserve(c, agent, "")) }, "acme Reserve system 0 [2] invalid  0"},
		{func() error { return second(h.Find(c, user.KeyLogin, "agent")) }, "acme Find system 0 [2] ok system 1"},
		{func() error { return second(h.Changes(c, storage.ChangeQuery{UserID: agent})) }, "acme Changes system 0 [2] ok system 1"},
		{func() error { return second(h.Transfers(c, roster.TransferListParams{UserID: agent})) },
			"acme Transfers system 0 [2] ok system 1"},
		{func() error { return second(w.dir.SignIn(c, "acme", "agent", oldPhrase)) }, "acme SignIn system 0 [2] ok  1"},
		{func() error { return second(w.dir.SignIn(c, "acme", "agent", newPhrase)) }, "acme SignIn system 0 [2] unauthenticated  1"},
		{func() error { return second(w.dir.SignIn(c, "acme", "ann", newPhrase)) }, "acme SignIn system 0 [] unauthenticated  1"},
		{func() error { return second(h.Create(c, named("new"))) }, "acme Create system 0 [6] ok system 1"},
		{func() error {
			return second(h.Transfer(c, roster.TransferParams{All: true, Amount: usd("0.01"), Lenient: true}))
		},
			"acme Transfer system 0 [1 2 3 5 6] ok system 1"},
		{func() error { return second(h.Reserve(c, 0, "chat")) }, "acme Reserve system 0 [] conflict system 1"},
		{func() error {
			return second(w.as(agent).ChangePassword(c, roster.PasswordChange{New: newPhrase, Old: oldPhrase, HasOld: true}))
		}, "acme ChangePassword user 2 [2] ok reads-self 1"},
		{func() error { return second(h.DeleteAll(c, roster.ListParams{}, []user.ID{boss})) },
			"acme DeleteAll system 0 [2 3 5 6] ok system 1"},
		{func() error { return second(w.dir.As("a b", roster.SystemActor()).Get(c, 1)) }, // its text may be anything
			" Get system 0 [1] invalid  0"},
	} {
		err := tt.do()
		o := r.last(t)
		got := fmt.Sprint(o.Account, " ", o.Name, " ", o.Actor.Kind(), " ", o.Actor.UserID(), " ", o.Targets, " ", o.Code, " ", o.Rule, " ", o.Attempts)
		if got != tt.want || o.Code != roster.CodeOf(err) || o.TargetCount != len(o.Targets) {
			t.Errorf("%s, %d targets, want %s; the error is %v", got, o.TargetCount, tt.want, err)
		}
		var denied *permission.Denied
		if errors.As(err, &denied) && o.Rule != denied.Rule {
			t.Errorf("%s: rule %q, the error says %q", o.Name, o.Rule, denied.Rule)
		}
	}
}

// TestAPanicOfTheHostIsObserved checks that a panic of a function of the host ends the operation
// and reaches the caller.
func TestAPanicOfTheHostIsObserved(t *testing.T) {
	w, r := observed(t, memstore.New())
	defer func() {
		if got, o := recover(), r.last(t); got != "precondition" || o.Code != roster.CodeInternal {
			t.Errorf("recovered %v, observed %+v", got, o)
		}
	}()
	panics := roster.WithPrecondition(func(_, _ user.User) error { panic("precondition") })
	_, _ = w.host.Patch(w.ctx, agent, user.Patch{MaxChats: user.Set(7)}, panics)
}

func TestTargetsAreBounded(t *testing.T) {
	w, r := observed(t, memstore.New())
	ids := make([]user.ID, roster.MaxTargets+1)
	for i := range ids {
		ids[i] = user.ID(i + 1)
	}
	_, _ = w.host.GetMany(w.ctx, ids...)
	if o := r.last(t); !slices.Equal(o.Targets, ids[:roster.MaxTargets]) || o.TargetCount != len(ids) {
		t.Errorf("%d targets: %d", o.TargetCount, o.Targets)
	}
}

// TestAnObserverSeesNoPersonalData checks that no observation holds a secret or an attribute of a
// user, for calls that succeed and calls that fail.
func TestAnObserverSeesNoPersonalData(t *testing.T) {
	r := new(recorder)
	for _, a := range abilities() {
		for _, who := range []user.ID{0, boss, agent, other} {
			w := newWorld(t, memstore.New(), roster.WithObserver(r)) // the observer sees the creation of its users
			h := w.host
			if who != 0 {
				h = w.as(who)
			}
			_, _ = a.do(w.ctx, h, a.target, roster.WithReason("Ann was late"))
		}
	}
	w := newWorld(t, memstore.New(), roster.WithObserver(r))
	for _, login := range []string{"agent", "ann@example.com", "stranger"} {
		for _, phrase := range []roster.Password{oldPhrase, newPhrase} {
			_, _ = w.dir.SignIn(w.ctx, "acme", login, phrase)
			_, _ = w.dir.SignIn(w.ctx, "ann@example.com", login, phrase) // in the wrong field
		}
	}
	seen := fmt.Sprintf("%+v %+v", r.started, r.ended)
	if len(r.ended) < 500 {
		t.Fatalf("only %d operations", len(r.ended))
	}
	for _, private := range []string{
		"Ann", "ann@", "+31612345678", "p2", "stranger", "late", oldPhrase.Reveal(), newPhrase.Reveal(), "waiting", "Dutch",
	} {
		if i := strings.Index(seen, private); i >= 0 {
			t.Errorf("%q is in %s", private, seen[max(0, i-200):min(len(seen), i+200)])
		}
	}
}

// logging returns a logger of the level, and a function that returns its lines since the last call,
// without their times.
func logging(level slog.Level) (*slog.Logger, func() []string) {
	var b strings.Builder
	handler := slog.NewTextHandler(&b, &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
	return slog.New(handler), func() []string {
		defer b.Reset()
		return slices.Collect(strings.Lines(b.String()))
	}
}

func TestLogObserver(t *testing.T) {
	logger, logged := logging(slog.LevelDebug)
	observer := roster.WithObserver(roster.LogObserver(logger))
	w := newWorld(t, memstore.New(), observer)
	broken := roster.New(hooked{nil, func(string) error { return storage.ErrUnavailable }}, observer,
		roster.WithClock(func() time.Time { return noon })).As("acme", roster.SystemActor())
	canceled, cancel := context.WithCancel(w.ctx)
	cancel()
	logged()
	for _, tt := range []struct {
		do   func() error
		want string
	}{
		{func() error { return second(w.as(boss).Get(w.ctx, agent)) },
			"DEBUG Get user actorId=1 targets=[2] targetCount=1 code=ok rule=admin-everything attempts=1"},
		{func() error { return second(w.host.Revision(w.ctx)) }, "DEBUG Revision system code=ok rule=system attempts=1"},
		{func() error { return second(w.host.Delete(w.ctx, agent, roster.DryRun())) },
			"DEBUG Delete system targets=[2] targetCount=1 code=ok dryRun=true rule=system attempts=1"},
		{func() error { return second(w.host.Get(w.ctx, noUser)) },
			"INFO Get system targets=[999] targetCount=1 code=not_found attempts=1"},
		{func() error { return second(w.host.Get(canceled, agent)) },
			"INFO Get system targets=[2] targetCount=1 code=canceled attempts=0"},
		{func() error { return second(w.as(agent).Balance(w.ctx)) },
			"WARN Balance user actorId=2 code=denied rule=not-self attempts=1"},
		{func() error { return second(w.dir.SignIn(w.ctx, "acme", "agent", newPhrase)) },
			"WARN SignIn system targets=[2] targetCount=1 code=unauthenticated attempts=1"},
		{func() error { return second(broken.Balance(w.ctx)) }, "ERROR Balance system code=unavailable attempts=0"},
	} {
		err := tt.do()
		level, rest, _ := strings.Cut(tt.want, " ")
		name, rest, _ := strings.Cut(rest, " ")
		want := "level=" + level + ` msg="roster operation" operation=` + name + " account=acme actor=" + rest + " duration=0s\n"
		if d := cmp.Diff([]string{want}, logged()); d != "" {
			t.Errorf("%v: %s", err, d)
		}
	}
}

// TestLogObserverTakesLevelsAndContexts checks that no record is made for a level that the handler
// does not take, that a nil logger means slog.Default at the time of the record, and that the
// handler receives the context of the operation.
func TestLogObserverTakesLevelsAndContexts(t *testing.T) {
	defer slog.SetDefault(slog.Default())
	dir := roster.New(memstore.New(), roster.WithObserver(roster.LogObserver(nil)))
	handler := &contextHandler{Handler: slog.NewTextHandler(io.Discard, nil)}
	slog.SetDefault(slog.New(handler))
	host := open(dir)
	if len(handler.seen) > 0 {
		t.Error("successes are logged at Info")
	}
	_, _ = host.Get(context.WithValue(context.Background(), recordedKey{}, "request 7"), 1)
	same(t, "the contexts of records", handler.seen, []any{"request 7"})
}

// contextHandler keeps what the context of each record holds.
type contextHandler struct {
	slog.Handler
	seen []any
}

func (h *contextHandler) Handle(ctx context.Context, _ slog.Record) error {
	h.seen = append(h.seen, ctx.Value(recordedKey{}))
	return nil
}

// TestEveryOperationIsObserved checks that every exported method that takes a context is an
// operation with the name of the method. One context is canceled, so no call waits. Without a
// context a call returns a problem at /context, or of its arguments, and changes nothing.
func TestEveryOperationIsObserved(t *testing.T) {
	w, r := observed(t, memstore.New())
	canceled, cancel := context.WithCancel(w.ctx)
	cancel()
	calls, named := 0, 0
	check := func(v any, ctx context.Context) {
		nothing(t, v, ctx, func(name string, takes bool, err error) {
			started, ended := r.started, r.ended
			r.started, r.ended = nil, nil
			if !takes {
				if len(started)+len(ended) > 0 {
					t.Errorf("%s takes no context and is observed as %+v", name, started)
				}
				return
			}
			calls++
			if len(started) != 1 || len(ended) != 1 || started[0].Name != name || ended[0].Name != name {
				t.Fatalf(`%T.%s is not observed once under its name: started %+v, ended %+v.
Let it call runView or runUpdate with its name, or begin as CONTRIBUTING.md says.`, v, name, started, ended)
			}
			if got, want := ended[0].Code, roster.CodeOf(err); got != want || want == roster.CodeOK {
				t.Errorf("%s: code %v, the error is %v", name, got, err)
			}
			if field(err) == "/context" {
				named++
			} else if ctx == nil && !errors.Is(err, validate.ErrInvalid) && !errors.Is(err, balance.ErrCurrency) {
				t.Errorf("%s without a context: %v", name, err)
			}
		})
	}
	w.unchanged("a call without a context, or with a canceled one", func() {
		for _, v := range []any{w.host, w.as(agent), w.dir} {
			check(v, canceled)
			check(v, nil)
		}
	})
	if calls < 200 || named < calls/4 {
		t.Errorf("only %d calls were tried, %d of them named the context", calls, named)
	}
}

// TestAttemptsAreTheRunsOfTheTransaction runs the function of each Update twice.
func TestAttemptsAreTheRunsOfTheTransaction(t *testing.T) {
	w, r := observed(t, storagetest.Twice(memstore.New()))
	w.ok(second(w.host.DeleteAll(w.ctx, roster.ListParams{}, nil)))
	if o := r.last(t); o.Attempts != 2 || o.TargetCount != 4 || o.Rule != permission.RuleSystem {
		t.Errorf("%+v", o)
	}
}

// TestDurationIsByTheClock checks a clock that moves a second at each reading: at the start, for
// the write, and at the end.
func TestDurationIsByTheClock(t *testing.T) {
	now, r := noon, new(recorder)
	open(newDirectory(roster.WithObserver(r), roster.WithClock(func() time.Time {
		now = now.Add(time.Second)
		return now
	})))
	if o := r.last(t); o.Duration != 2*time.Second {
		t.Errorf("duration %v", o.Duration)
	}
}

// TestObserversNest checks the order of two observers, and that the call runs with the context that
// they return.
func TestObserversNest(t *testing.T) {
	var calls []string
	w := newWorld(t, memstore.New())
	dir := roster.New(w.store, roster.WithObserver(nested{"a", &calls}), roster.WithObserver(nil), roster.WithObserver(nested{"b", &calls}))
	h := dir.As("acme", roster.UserActor(boss)).WithAuthorizer(permission.AuthorizerFunc(func(ctx context.Context, _ permission.Request) error {
		nested{"asked", &calls}.End(ctx, roster.Observation{})
		return nil
	}))
	w.ok(h.Check(w.ctx, permission.UserRead, agent))
	same(t, "the calls", calls, []string{"a starts in <nil>", "b starts in a", "asked in b", "asked in b", "b in b", "a in a"})
}

// nested is an observer that appends its name, and the name in the context, to a list.
type nested struct {
	name  string
	calls *[]string
}

func (n nested) Start(ctx context.Context, _ roster.Operation) context.Context {
	*n.calls = append(*n.calls, fmt.Sprint(n.name, " starts in ", ctx.Value(recordedKey{})))
	return context.WithValue(ctx, recordedKey{}, n.name)
}

func (n nested) End(ctx context.Context, _ roster.Observation) {
	*n.calls = append(*n.calls, fmt.Sprint(n.name, " in ", ctx.Value(recordedKey{})))
}
