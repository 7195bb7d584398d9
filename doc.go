// Package roster manages the users of a contact center: their roles, attributes, permissions and
// balances. A server imports it and calls it. The data are kept by a storage.Storage: in memory
// (package memstore), in a SQLite file, or in PostgreSQL.
//
//	dir := roster.New(memstore.New())
//	system := dir.As("acme", roster.SystemActor()) // roster.UserActor(7) acts as user 7
//	_, err := system.CreateAccount(ctx, user.Account{Currency: "USD"})
//	ann, err := system.Create(ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "ann"}}})
//	_, err = system.Patch(ctx, ann.User.ID, user.Patch{MaxChats: user.Set(4)}, roster.WithReason("more chats"))
//
// # Accounts and actors
//
// An account is a tenant. Every call works in one account and reads and writes nothing of another.
// Directory.As returns a Handle: an account and an actor. A server makes a Handle for each request.
//
// An actor is the program itself (SystemActor), a user of the account (UserActor), or an API key
// (KeyActor). An Authorizer decides which actor may do which action to which target. The default is
// permission.Default; WithAuthorizer sets another one.
//
// # Reading
//
// Handle.Get returns one user, Handle.Find finds a user by login, e-mail or another key, and
// Handle.List returns a page of users. Hidden and missing users produce the same error, so callers
// cannot probe for ids.
//
// # Writing
//
// Handle.Create, Handle.Patch, Handle.Delete and the other writing calls are atomic: all of a call
// is committed, or nothing. Each commit raises the revision of the account by one. The version of a
// user is the revision that last changed the user.
//
// Options of a call are IfVersion and IfRevision (fail if the state is another one), WithReason
// (text for the history), WithPrecondition (a check inside the transaction) and DryRun (the result
// without the effect).
//
// # Money
//
// The account has a balance, and so has each user. Handle.Transfer moves money between them. A
// transfer with a key is safe to repeat: the second call returns the first result.
//
// # History
//
// Each write is recorded as a storage.Change, with its actor, time and reason. Handle.Changes lists
// the changes.
//
// # Errors
//
// A call checks in this order. The first check that fails gives the error:
//
//  1. The context is not done, and the arguments are well formed: the context's error,
//     *validate.Error, or an error of package balance.
//  2. The target exists and the actor may see it: storage.ErrNotFound. An actor that may do the
//     action to no user gets *permission.Denied instead. A missing actor may do nothing.
//  3. The Authorizer allows the action, on the users as read: *permission.Denied.
//  4. The version is the expected one: ErrStale.
//  5. The rules of packages user and balance hold: their errors.
//  6. The write and its change record succeed: storage.ErrExists, and other errors of the storage.
//  7. The account still has an administrator: ErrLastAdministrator.
//
// A call that returns an error has changed nothing. The exception is storage.ErrUnknownOutcome: the
// commit may have happened. CodeOf returns one Code for every error.
//
// # Storage
//
// Package storage defines the contract, and package storagetest checks an implementation. A
// Directory starts no goroutine and writes no log. An observer (WithObserver, LogObserver) receives
// the calls, for logs, traces and metrics. No returned value contains a secret.
package roster
