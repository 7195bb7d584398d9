package roster_test

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/storage"
)

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

// TestLogObserverAsksForTheLevel checks that no record is made for a level that the handler does
// not take.
func TestLogObserverAsksForTheLevel(t *testing.T) {
	logger, logged := logging(slog.LevelInfo)
	w := newWorld(t, memstore.New(), roster.WithObserver(roster.LogObserver(logger)))
	if list := logged(); len(list) > 0 {
		t.Errorf("successes are logged at Info: %q", list)
	}
	_, _ = w.host.Get(w.ctx, noUser)
	if list := logged(); len(list) != 1 {
		t.Errorf("a refusal has %d records", len(list))
	}
}

// TestLogObserverWithoutALogger checks that a nil logger means slog.Default at the time of the
// record.
func TestLogObserverWithoutALogger(t *testing.T) {
	defer slog.SetDefault(slog.Default())
	dir := roster.New(memstore.New(), roster.WithObserver(roster.LogObserver(nil)))
	logger, logged := logging(slog.LevelInfo)
	slog.SetDefault(logger)
	_, _ = dir.As("acme", roster.SystemActor()).Get(context.Background(), 1)
	if list := logged(); len(list) != 1 {
		t.Errorf("%d records", len(list))
	}
}

// TestLogObserverHandsOnTheContext checks that the handler receives the context of the operation.
func TestLogObserverHandsOnTheContext(t *testing.T) {
	handler := contextHandler{slog.NewJSONHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelDebug}), new(any)}
	dir := roster.New(memstore.New(), roster.WithObserver(roster.LogObserver(slog.New(handler))))
	ctx := context.WithValue(context.Background(), recordedKey{}, "request 7")
	_, _ = dir.As("acme", roster.SystemActor()).Get(ctx, 1)
	if *handler.seen != "request 7" {
		t.Errorf("the handler's context holds %v", *handler.seen)
	}
}

// contextHandler keeps what a context holds.
type contextHandler struct {
	slog.Handler
	seen *any
}

func (h contextHandler) Handle(ctx context.Context, _ slog.Record) error {
	*h.seen = ctx.Value(recordedKey{})
	return nil
}
