package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/webhooks"
	"github.com/ca74b63c/roster/storage"
	"github.com/ca74b63c/roster/user"
)

// webhookSecrets is the environment variable with the secrets of -webhook, the newest first. A flag
// would show them to every user of the machine.
const webhookSecrets = "ROSTER_WEBHOOK_SECRETS"

// webhookName is the name of the deliveries.
const webhookName = "webhook"

// sendChanges starts one goroutine for each account that exists now. The goroutine sends the
// changes of the account to the URL of the flag -webhook until ctx ends (sendAccount). If a
// delivery ends before ctx, sendChanges prints the error to stderr, and the deliveries of the other
// accounts continue.
//
// The result wait is a function. It waits until all goroutines have ended, and closes the
// endpoint's connections. Without the flag -webhook, sendChanges starts nothing, and wait returns
// at once. Errors: those of newEndpoint; those of listing the accounts.
func (a *app) sendChanges(ctx context.Context, stderr io.Writer) (wait func(), err error) {
	if a.cfg.webhook == "" {
		return func() {}, nil
	}
	endpoint, err := newEndpoint(a.cfg)
	if err != nil {
		return nil, fmt.Errorf("-webhook: %w", err)
	}
	var accounts []user.AccountID
	for account, err := range a.dir.Accounts(ctx) {
		if err != nil {
			endpoint.Close()
			return nil, err
		}
		accounts = append(accounts, account)
	}
	var all sync.WaitGroup
	var line sync.Mutex
	for _, account := range accounts {
		all.Go(func() {
			if err := a.sendAccount(ctx, endpoint, account); ctx.Err() == nil {
				line.Lock()
				defer line.Unlock()
				fmt.Fprintf(stderr, "the webhook of account %s ended: %v\n", account, err)
			}
		})
	}
	return func() {
		all.Wait()
		endpoint.Close()
	}, nil
}

// newEndpoint returns the endpoint for the URL of the flag -webhook. It reads the secrets from the
// environment variable ROSTER_WEBHOOK_SECRETS, in which spaces separate them. If cfg.private is
// set, the endpoint also accepts http and addresses that are not public. Errors: if the variable
// contains no secret, or a word that is not a secret; those of webhooks.New.
func newEndpoint(cfg config) (*webhooks.Endpoint, error) {
	c := webhooks.Config{URL: cfg.webhook, Private: cfg.private}
	for text := range strings.FieldsSeq(os.Getenv(webhookSecrets)) {
		secret, err := webhooks.ParseSecret(text)
		if err != nil {
			return nil, err
		}
		c.Secrets = append(c.Secrets, secret)
	}
	if len(c.Secrets) == 0 {
		return nil, errors.New("the environment variable " + webhookSecrets + " has no secret: " +
			"set it to whsec_ and the base64 of 24 to 64 random bytes")
	}
	return webhooks.New(c)
}

// sendAccount sends the changes of one account to the endpoint e until ctx ends or the delivery
// fails, and returns the error that ended the delivery. If the account has no delivery yet,
// sendAccount begins with the first change after the current revision. Otherwise it begins with the
// first change after the last delivered one. It sends a change up to 300 times, at most 5 minutes
// apart, which takes about a day. A change that the receiver then still has not accepted becomes a
// dead letter.
func (a *app) sendAccount(ctx context.Context, e *webhooks.Endpoint, account user.AccountID) error {
	host := a.dir.As(account, roster.SystemActor())
	now, err := host.Revision(ctx)
	if err != nil {
		return err
	}
	return roster.Deliver(ctx, host, webhookName, e.Handler(account), roster.DeliverOptions{
		Start: storage.AfterRevision(now), Timeout: webhooks.DefaultTimeout, Attempts: 300, MaxBackoff: 5 * time.Minute,
	})
}
