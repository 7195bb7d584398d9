// Package roster owns the users of a contact centre: who they are, which role they hold and what changes when it
// changes, what they may do, and what money they have. A server imports it and asks it; it keeps its data in a
// storage.Storage: in memory (package memstore), in a SQLite file, in PostgreSQL.
//
//	dir := roster.New(memstore.New())
//	host := dir.As("acme", roster.SystemActor()) // the embedding program itself; roster.User(7) acts as a user
//	_, err := host.CreateAccount(ctx, user.Account{Currency: "USD"})
//	ann, err := host.Create(ctx, roster.CreateParams{User: user.User{Identity: user.Identity{Login: "ann"}}})
//	_, err = host.Patch(ctx, ann.User.ID, user.Patch{MaxChats: user.Set(4)}, roster.WithReason("she asked for more"))
//
// Every call works in this order, which is also the precedence of its errors:
//
//  1. the context is alive, and what the caller sent is well formed (*validate.Error, *balance errors);
//  2. actor and target are read from the storage; who is not there or is hidden from the actor is
//     storage.ErrNotFound, so that nobody can probe for ids;
//  3. the policy allows it, judged on those rows (*permission.Denied);
//  4. the version is the one that the caller expects (ErrStale);
//  5. the rule itself: a pure function of package user or balance (their errors);
//  6. the write and its change record, in one transaction (storage.ErrExists and the storage's other errors).
//
// A call that returns an error has changed nothing, but for storage.ErrUnknownOutcome, which says so. Nothing here
// logs, and nothing secret is in any value that is returned. A host that wants logs, traces or metrics of the calls adds
// an observer (WithObserver, LogObserver).
package roster
