// Package liveperson serves LivePerson's Users API (le-users), and the calls by which its clients
// find the API (base URI) and log in. The package contains no rules about users. A roster.Directory
// decides what a caller may do and what a change results in.
//
//	realm, err := vendorhttp.Seed(ctx, dir, seed) // accounts and keys
//	server := httptest.NewServer(liveperson.New(dir, realm, liveperson.Options{}))
//	req, err := http.NewRequest("GET", server.URL+"/api/account/demo/configuration/le-users/users?v=6.0", nil)
//	req.Header.Set("Authorization", "Bearer "+token)
//
// A client gets a token from POST /api/account/{accountId}/login. The body has a user's name and
// password. For an API user it may have an application key instead: a key of the realm with an id
// that is in the user's allowedAppKeys. The secret of a key without an id is a token itself. The
// role types in the profiles of a user decide what the user may do.
//
// A token from a login ends after Options.Lifetime. It ends earlier if the user's sign-in stamp
// changes (user.Credentials): if the password is set or removed, or if the user is disabled,
// deleted or erased or loses a role. A user who changes the password must log in again. A user may
// have 16 tokens, an account 32,768, and all accounts together 131,072 (about 50 MB). At a limit a
// login does not fail. Instead the oldest token ends: that of the user, of the account, or of the
// account with the most tokens.
//
// # Reading and writing
//
// Every call about users requires the parameter v, from 1.0 to 6.0. It accepts include_deleted, and
// select with the fields to show in addition to id, pid, deleted and loginName:
// "nickname,memberOf(agentGroupId)".
//
// The reply has the configuration revision in the headers ac-revision and eTag. This is the
// revision of the last change to the configuration of any user of the account (user.Configuration).
// Presence, preferences, money and reference data are not part of the configuration. If-Match with
// a revision has these effects:
//
//   - A read of one user has the status 304 if the configuration of this user has not changed
//     since the revision.
//   - A list has the status 304 if the configuration of no user has changed since the revision.
//   - A write to users has the status 412 if the configuration of one of them has changed since
//     the revision.
//   - The creation of users compares nothing.
//   - A revision greater than ac-revision gives the status 412.
//   - Without If-Match, and for -1 and *, there is no condition.
//
// A POST with the header X-HTTP-Method-Override: PUT or DELETE is served as that method.
//
// PUT clears the attributes that the body does not have. It keeps the read-only fields (id,
// deleted, the dates), the password if none is sent, and everything that LivePerson's API does not
// have. It also keeps the fullName if an empty one is sent, because replies show an empty fullName.
// A value may be a JSON value or a text ("isEnabled":"true"). A write to a list of users changes
// all of them or none, and the error reply has every problem of every item:
//
//	{"type":"invalid","message":"…","errors":[{"path":"/1/email","field":"email","code":"required","message":"…"}]}
//
// # Limitations
//
// There are no OAuth 1.0a signatures, no OAuth 2 client credentials, no session refresh and no
// logout. The query-delta call is missing, because the vendor's documentation no longer has it.
// Profiles, skills and agent groups are other APIs of the vendor; here they are reference data of
// the directory. The id of an account may have only letters, digits and underscores, at most
// twenty.
package liveperson
