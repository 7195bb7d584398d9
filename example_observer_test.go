package roster_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/memstore"
	"github.com/ca74b63c/roster/user"
)

// denials is an Observer that counts denials by rule.
type denials map[string]int

func (denials) Start(ctx context.Context, _ roster.Operation) context.Context { return ctx }

func (d denials) End(_ context.Context, o roster.Observation) {
	if o.Code == roster.CodeDenied {
		d[o.Rule]++ // with several goroutines, guard the map with a mutex
	}
}

// A directory with two observers: one logs, one counts.
func Example_observer() {
	ctx := context.Background()
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr { // remove what differs between runs
			if a.Key == slog.TimeKey || a.Key == "duration" {
				return slog.Attr{}
			}
			return a
		},
	}))
	counts := denials{}
	dir := roster.New(memstore.New(), roster.WithObserver(roster.LogObserver(logger)), roster.WithObserver(counts))
	ann := add(open(dir), "ann", user.Agent).ID

	_, err := dir.As("acme", roster.UserActor(ann)).Patch(ctx, ann, user.Patch{MaxChats: user.Set(99)})
	fmt.Println(roster.CodeOf(err), counts)
	_, err = dir.SignIn(ctx, "acme", "stranger", roster.PasswordOf("a guess"))
	fmt.Println(roster.CodeOf(err), counts)
	// Output:
	// level=WARN msg="roster operation" operation=Patch account=acme actor=user actorId=1 targets=[1] targetCount=1 code=denied rule=no-permission attempts=1
	// denied map[no-permission:1]
	// level=WARN msg="roster operation" operation=SignIn account=acme actor=system code=unauthenticated attempts=1
	// unauthenticated map[no-permission:1]
}
