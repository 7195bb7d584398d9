// Package roster manages the users of a contact center: their roles, attributes, permissions and
// balances. A server imports the package and calls it. A storage.Storage keeps the data: in
// memory (package memstore), in a SQLite file (module storage/sqlitestore), or in PostgreSQL
// (module storage/pgstore).
//
//	dir := roster.New(memstore.New())
//	system := dir.As("acme", roster.SystemActor()) // roster.UserActor(7) acts as user 7
//	_, err := system.CreateAccount(ctx, user.Account{Currency: "USD"})
//	ann := user.User{Identity: user.Identity{Login: "ann"}}
//	created, err := system.Create(ctx, roster.CreateParams{User: ann})
//	patch := user.Patch{MaxChats: user.Set(4)}
//	_, err = system.Patch(ctx, created.User.ID, patch, roster.WithReason("more chats"))
//
// # Accounts and actors
//
// An account is a tenant. Every call works in one account and reads and writes nothing of another.
// Directory.As returns a Handle: an account and an actor. A server makes a Handle for each request.
//
// The host is the program that imports the package. An actor is the host itself (SystemActor), a
// user of the account (UserActor), or an API key (KeyActor). An Authorizer, also called the
// policy, decides which actor may do which action to which target. The default policy is
// permission.Default; WithAuthorizer sets another one.
//
// # Words
//
// Reference data is the data of an account that users refer to by id: applications, skills, groups,
// profiles, queues, devices, lines of business, campaigns and views. A profile is reference data
// that can give its users a role. A validation profile (package validate) is something else: it
// says which texts are valid. The configuration of a user is every attribute except presence,
// reservations, preferences and the time of the last change. An API user is a user that signs in by
// API and has no password. Custom attributes are those that the host defines in the settings of the
// account. Names in parentheses, such as (Omnidesk statusLock), are the vendors' names for the same
// thing. The vendors are Omnidesk, Genesys, LivePerson and Voximplant.
//
// # Reading
//
// Handle.Get returns one user. Handle.Find finds a user by login, e-mail address or another key.
// Handle.List returns a page of at most storage.MaxPage (1000) users. Hidden and missing users
// produce the same error, so callers cannot probe for ids. A user is hidden if the actor may
// neither read the user nor do the action of the call to the user.
//
// # Writing
//
// Handle.Create, Handle.Patch, Handle.Delete and the other writing calls are atomic: a call
// commits everything that it writes, or nothing. Each commit raises the revision of the account
// by one. The version of a user is the revision that last changed the user.
//
// Options change one call:
//   - IfVersion, IfRevision and IfUnchangedSince make the call fail if the state is not the
//     expected one.
//   - WithReason records a text in the history.
//   - WithPrecondition runs a check of the host inside the transaction.
//   - DryRun returns the result of the call and commits nothing.
//
// # Money
//
// The account has a balance, and each user has one. Handle.Transfer moves money between them. A
// transfer with an idempotency key is safe to repeat: the second call moves nothing and returns the
// transfer of the first call.
//
// # History
//
// Each write is recorded as a storage.Change, with its actor, time and reason. Handle.Changes
// lists the changes.
//
// # Errors
//
// A call checks in this order. The first check that fails gives the error:
//
//  1. The context is not done, and the arguments are well formed: the context's error,
//     *validate.Error, or an error of package balance.
//  2. The target exists and is not hidden: storage.ErrNotFound. If the actor may do the action to
//     no user at all, the error is *permission.Denied, whether or not the target exists. An actor
//     that does not exist, or whose session has ended, may do nothing.
//  3. The policy allows the action on the users as they are stored: *permission.Denied.
//  4. The version is the expected one: ErrStale.
//  5. The rules of packages user and balance hold: their errors.
//  6. The write and its change record succeed: storage.ErrExists, and other errors of the storage.
//  7. The account still has an administrator: ErrLastAdministrator.
//
// The comment of each method lists the errors of the method in this order. It leaves out the
// errors that every call may return: the context's error, a *validate.Error at /context for a nil
// context or at /account for an account id that is not valid, an error of the policy that is no
// denial, and the errors of a storage that fails. A writing call may also return a
// *validate.Error at /reason, user.ErrTime if the clock is wrong (WithClock), and the error of
// WithPrecondition, which comes after the errors of the rules.
//
// A call that returns an error has changed nothing. The exception is storage.ErrUnknownOutcome:
// the commit may have happened. CodeOf returns one Code for every error. ProblemOf returns the
// document that an HTTP server replies with.
//
// # Storage
//
// Package storage defines the contract of a storage. Package storagetest checks an
// implementation. A Directory starts no goroutine and writes no log. An observer (WithObserver,
// LogObserver) receives the calls, for logs, traces and metrics. No returned value contains a
// password or a password hash.
package roster
