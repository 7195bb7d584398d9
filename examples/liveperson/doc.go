// Package liveperson speaks LivePerson's Users API (le-users), with the base-URI and login calls
// by which its clients find it and get in. It is a translator over a roster.Directory: what may be
// done and what a change comes to is decided there.
//
//	realm, err := vendorhttp.Seed(ctx, dir, seed) // accounts and keys
//	server := httptest.NewServer(liveperson.New(dir, realm, liveperson.Options{}))
//	req, err := http.NewRequest("GET", server.URL+"/api/account/demo/configuration/le-users/users?v=6.0", nil)
//	req.Header.Set("Authorization", "Bearer "+token)
//
// A token comes from POST /api/account/{accountId}/login with a user's name and password, or, for
// an API user, with an application key: a key of the realm that has an id, which the user's
// allowedAppKeys must name. A key of the realm without one is a token itself. All of a user's calls
// are judged by the role types of the user's profiles.
//
// A token from a login ends after Options.Lifetime, and at once when the user's sign-in stamp
// changes (user.Credentials): when the password is set or dropped, and when the user is disabled,
// deleted or erased or loses a role. A user who changes the password signs in again. A user has at
// most 16 tokens, an account 32,768, all together 131,072 (some 50 MB). A login never fails for
// that: the oldest token of the user ends, or of the account, or of the account that has the most.
//
// # Reading and writing
//
// Every users call needs v, from 1.0 to 6.0, and takes include_deleted and select, which names the
// fields to be shown beside id, pid, deleted and loginName: "nickname,memberOf(agentGroupId)". Its
// answer carries in ac-revision and eTag the revision that last changed the configuration of a user
// of the account (user.Configuration): presence, preferences, money and reference data do not
// count. If-Match with that revision answers a read of one user with 304 if that user's
// configuration did not change since, a list if no user's did; it lets a write happen only if that
// of the users that the write names did not, else 412. A create compares nothing, a revision beyond
// ac-revision is 412, and -1, * and none are unconditional. POST with X-HTTP-Method-Override: PUT
// or DELETE is that method.
//
// PUT replaces: what the body lacks is cleared. It keeps what is read only (id, deleted, the
// dates), a password that is not sent, a fullName that is sent as "", because that is how it
// reads, and everything that LivePerson has no word for. Values are taken as JSON or as texts
// ("isEnabled":"true"). A list is done whole or not at all, and the refusal names every problem of
// every item:
//
//	{"type":"invalid","message":"…","errors":[{"path":"/1/email","field":"email","code":"required","message":"…"}]}
//
// # What it does not do
//
// There is no OAuth 1.0a signature, no OAuth 2 client credentials and no session refresh or logout.
// The query-delta call, which left the vendor's documentation, is not here, and neither are
// profiles, skills and agent groups, which are other APIs of the vendor: here they are the
// directory's reference data. An account whose id is not up to twenty letters, digits and
// underscores cannot be addressed.
package liveperson
