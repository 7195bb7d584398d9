package liveperson

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/user"
)

// loginReply is the body of a successful login. It has the members that the vendor's client reads
// or stores.
type loginReply struct {
	CSRF       string       `json:"csrf"`
	Bearer     string       `json:"bearer"`
	SessionTTL string       `json:"sessionTTl"` // seconds; the vendor's spelling
	Config     loginConfig  `json:"config"`
	Services   serviceReply `json:"csdsCollectionResponse"`
}

type loginConfig struct {
	LoginName          string  `json:"loginName"`
	UserID             user.ID `json:"userId"`
	UserPID            string  `json:"userPid"`
	IsAdmin            bool    `json:"isAdmin"`
	IsLPA              bool    `json:"isLPA"`
	ChangePwdNextLogin bool    `json:"changePwdNextLogin"`
	ServerCurrentTime  int64   `json:"serverCurrentTime"` // milliseconds
}

type serviceReply struct {
	BaseURIs []serviceURI `json:"baseURIs"`
}

// login signs a user in and returns a reply with the token of a new session. The body has a user
// name and either a password or an application key. A wrong name, a wrong password, a wrong
// application key and the key of another user produce the same refusal, so that callers cannot
// probe for users. Other errors: those of the query and the body; roster.ErrDisabled for a disabled
// user; others of roster.Directory.SignIn, such as password.ErrBusy; internal errors; those of
// opening the session.
func login(ctx context.Context, c *call) (reply, error) {
	if err := c.readService(); err != nil {
		return reply{}, err
	}
	values, err := documents.Document(c.r)
	if err != nil {
		return reply{}, err
	}
	in, err := object(&values)
	if err != nil {
		return reply{}, err
	}
	var u user.User
	if in.Has("appKey") {
		u, err = c.signInByKey(ctx, in)
	} else {
		u, err = c.signIn(ctx, in)
	}
	if err != nil {
		return reply{}, err
	}
	return c.openSession(u)
}

func (c *call) signIn(ctx context.Context, reader *vendorhttp.Reader) (user.User, error) {
	reader.Takes(passwordLoginRows)
	reader.RequireAll()
	name, _ := reader.Text("username")
	plain, _ := reader.Text("password")
	reader.Unknown()
	if err := reader.Err(); err != nil {
		return user.User{}, err
	}
	return c.a.dir.SignIn(ctx, user.AccountID(c.path.account), name, roster.PasswordOf(plain))
}

// signInByKey returns the API user that a key signs in ("It has the ability to login via API
// (instead of username and password)"). It opens no session. The body has the login of the user,
// and the id and the secret of the key. The key must be a LivePerson key of the account in the
// credentials of the realm. The user's allowedAppKeys must contain the id of the key. The access
// token of OAuth 1.0a that the official client sends is ignored.
//
// Errors: those of the body; vendorhttp.ErrCredentials if the key does not fit, if there is no such
// user, or if the user is no API user or does not list the key; roster.ErrDisabled if the user is
// disabled; those of the storage.
func (c *call) signInByKey(ctx context.Context, reader *vendorhttp.Reader) (user.User, error) {
	reader.Takes(keyLoginRows)
	reader.RequireAll()
	name, _ := reader.Text("username")
	id, _ := reader.Text("appKey")
	secret, _ := reader.Text("secret")
	reader.Text("accessToken")
	reader.Text("accessTokenSecret")
	reader.Unknown()
	if err := reader.Err(); err != nil {
		return user.User{}, err
	}
	account := user.AccountID(c.path.account)
	key, ok := c.a.realm.KeyBySecret(vendorhttp.LivePerson, secret)
	if !ok || id == "" || key.ID != id || key.Account != account {
		return user.User{}, vendorhttp.ErrCredentials
	}
	u, err := c.a.dir.As(account, roster.SystemActor()).Find(ctx, user.KeyLogin, name)
	switch {
	case err != nil && !noUser(err):
		return user.User{}, err
	case err != nil || !u.Identity.APIUser || !names(u.Access.AllowedAppKeys, id):
		return user.User{}, vendorhttp.ErrCredentials
	case !u.Enabled():
		return user.User{}, roster.ErrDisabled
	}
	return u, nil
}

// noUser reports whether err is the error of Find for a key that no user has, or that no user can
// have.
func noUser(err error) bool {
	code := roster.CodeOf(err)
	return code == roster.CodeNotFound || code == roster.CodeInvalid
}

// names reports whether list contains the key. Commas or semicolons separate the elements of list.
func names(list, key string) bool {
	for name := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == ',' || r == ';' }) {
		if name == key {
			return true
		}
	}
	return false
}

func (c *call) openSession(u user.User) (reply, error) {
	mustChange := u.Credentials.ChangeNextLogin && !u.Identity.APIUser
	token, csrf, err := c.a.sessions.open(session{
		account: user.AccountID(c.path.account), user: u.ID, stamp: u.Credentials.SignInStamp, mustChange: mustChange,
	})
	if err != nil {
		return reply{}, err
	}
	body, err := json.Marshal(loginReply{
		CSRF: csrf, Bearer: token, SessionTTL: strconv.Itoa(int(c.a.opts.lifetime().Seconds())),
		Config: loginConfig{
			LoginName: u.Identity.Login, UserID: u.ID, UserPID: u.Identity.PID, IsAdmin: u.Access.Roles.Has(user.Admin),
			IsLPA: u.Access.Roles.Has(user.LPA), ChangePwdNextLogin: mustChange,
			ServerCurrentTime: c.a.opts.Now().UnixMilli(),
		},
		Services: serviceReply{c.services()},
	})
	return reply{body: body}, err
}
