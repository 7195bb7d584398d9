package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/storage/pgstore"
	"github.com/ca74b63c/roster/storage/sqlitestore"
	"github.com/ca74b63c/roster/user"
)

// A guest is a second process that writes to the same storage, to be killed. Its environment says
// what to do; it prints each transfer before it asks for it, and what it was told.
const (
	guestVariable   = "ROSTER_SOAK_GUEST" // the storage: sqlite:PATH or postgres:DSN
	accountVariable = "ROSTER_SOAK_ACCOUNT"
	payeeVariable   = "ROSTER_SOAK_PAYEE"
	prefixVariable  = "ROSTER_SOAK_PREFIX" // of the keys
)

// guest is the main function of the second process. It makes transfers until the process is killed,
// or until the standard input ends because the parent has ended. It prints "try" before each
// transfer, and "done" or "failed" after it. It prints nothing after a transfer whose outcome is
// unknown. It returns the exit code, which is 1 if the store cannot be opened.
func guest(spec string) int {
	ctx := context.Background()
	store, err := openSpec(ctx, spec)
	if err != nil {
		fmt.Fprintln(os.Stderr, "guest:", err)
		return 1
	}
	payee, _ := strconv.ParseInt(os.Getenv(payeeVariable), 10, 64)
	h := roster.New(store).As(user.AccountID(os.Getenv(accountVariable)), roster.SystemActor())
	for g := range 2 {
		go func() {
			for i := 0; ; i++ {
				key := fmt.Sprintf("%s/%d/%d", os.Getenv(prefixVariable), g, i)
				say("try", key)
				r, err := h.Transfer(ctx, gift(user.ID(payee), key), roster.WithReason(key))
				switch {
				case err == nil:
					say("done", key, r.Revision)
				case errors.Is(err, storage.ErrUnknownOutcome):
				default:
					say("failed", key)
					time.Sleep(5 * time.Millisecond)
				}
			}
		}()
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	return 0
}

func say(words ...any) { _, _ = os.Stdout.WriteString(fmt.Sprintln(words...)) }

func gift(to user.ID, key string) roster.TransferParams {
	return roster.TransferParams{Users: []user.ID{to}, Amount: dollars(1), Key: key}
}

func openSpec(ctx context.Context, spec string) (storage.Storage, error) {
	switch kind, place, _ := strings.Cut(spec, ":"); kind {
	case "sqlite":
		return sqlitestore.Open(ctx, place)
	case "postgres":
		pool, err := pgxpool.New(ctx, place)
		if err != nil {
			return nil, err
		}
		return pgstore.New(pool)
	}
	return nil, fmt.Errorf("no such storage: %s", spec)
}

// host starts second processes one after another and kills each. It returns the number of killed
// ones.
func host(ctx context.Context, p *place, spec string, random *rand.Rand) (killed int, err error) {
	for ; ctx.Err() == nil; killed++ {
		if err := invite(ctx, p, spec, fmt.Sprint("guest", killed), random); err != nil {
			return killed, err
		}
	}
	return killed, nil
}

func invite(ctx context.Context, p *place, spec, prefix string, random *rand.Rand) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	payee := p.known()[0]
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), guestVariable+"="+spec, accountVariable+"="+string(p.id),
		payeeVariable+"="+fmt.Sprint(payee), prefixVariable+"="+prefix)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	var once sync.Once
	kill := func() { once.Do(func() { _ = cmd.Process.Kill() }) }
	stop := context.AfterFunc(ctx, kill)
	defer stop()
	var timer *time.Timer
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if timer == nil { // once it is at work
			timer = time.AfterFunc(time.Duration(random.IntN(300))*time.Millisecond, kill)
		}
		words := strings.Fields(lines.Text())
		if len(words) < 2 {
			continue // the last line may be cut
		}
		given := promise{said: unsure, money: true}
		switch words[0] {
		case "try":
			t := gift(payee, words[1])
			given.again = &t
		case "done":
			if len(words) < 3 {
				continue
			}
			revision, err := strconv.ParseUint(words[2], 10, 64)
			if err != nil {
				return fmt.Errorf("the guest says %q", lines.Text())
			}
			given.said, given.revision = done, user.Revision(revision)
		case "failed":
			given.said = refused
		default:
			return fmt.Errorf("the guest says %q", lines.Text())
		}
		p.note(words[1], given)
	}
	kill()
	_ = cmd.Wait() // killed
	_ = in.Close()
	return nil
}
