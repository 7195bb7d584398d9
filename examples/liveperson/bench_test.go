package liveperson_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ca74b63c/roster"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/user"
)

// wireUser is what a bare handler would encode: the same members in the same order.
type wireUser struct {
	ID          user.ID                            `json:"id"`
	PID         string                             `json:"pid"`
	Deleted     bool                               `json:"deleted"`
	LoginName   string                             `json:"loginName"`
	FullName    string                             `json:"fullName"`
	Nickname    string                             `json:"nickname"`
	Enabled     bool                               `json:"isEnabled"`
	MaxChats    int                                `json:"maxChats"`
	Skills      user.IDSet[user.SkillID]           `json:"skillIds"`
	Email       string                             `json:"email"`
	MemberOf    *wireGroup                         `json:"memberOf"`
	ManagerOf   []wireGroup                        `json:"managerOf"`
	ChangeNext  bool                               `json:"changePwdNextLogin"`
	LastChange  *string                            `json:"lastPwdChangeDate"`
	Updated     *string                            `json:"dateUpdated"`
	Permissions user.IDSet[user.PermissionGroupID] `json:"permissionGroups"`
	PictureID   string                             `json:"pictureId"`
	PictureURL  string                             `json:"pictureUrl"`
	Manually    bool                               `json:"disabledManually"`
	Description string                             `json:"description"`
	Mobile      string                             `json:"mobileNumber"`
	EmployeeID  string                             `json:"employeeId"`
	Background  string                             `json:"backgndImgUri"`
	MobileApp   string                             `json:"pnCertName"`
	MaxAsync    user.Optional                      `json:"maxAsyncChats"`
	Profiles    user.IDSet[user.ProfileID]         `json:"profileIds"`
	APIUser     bool                               `json:"isApiUser"`
	Type        int                                `json:"userTypeId"`
	AppKeys     string                             `json:"allowedAppKeys"`
	OAuth       string                             `json:"oauth2ClientId"`
	LOBs        user.IDSet[user.LineOfBusinessID]  `json:"lobIds"`
}

type wireGroup struct {
	Group user.GroupID `json:"agentGroupId"`
	Since string       `json:"assignmentDate"`
}

func stamp(t time.Time) string { return t.Format("2006-01-02 15:04:05") }

func wireUserOf(u *user.User) wireUser {
	changed, updated := stamp(u.Credentials.ChangedAt), stamp(u.Lifecycle.Updated)
	return wireUser{
		ID: u.ID, PID: u.Identity.PID, LoginName: u.Identity.Login, Nickname: u.Names.Display, Enabled: u.Enabled(),
		MaxChats: u.Capacity.MaxChats, Skills: u.Capacity.Skills, Email: u.Contact.Email,
		MemberOf:  &wireGroup{u.Capacity.MemberOf.Group, stamp(u.Capacity.MemberOf.Since)},
		ManagerOf: []wireGroup{}, ChangeNext: u.Credentials.ChangeNextLogin, LastChange: &changed, Updated: &updated,
		Permissions: u.Access.PermissionGroups, PictureID: u.Contact.PictureID, PictureURL: u.Contact.PictureURL,
		Manually: u.Access.DisabledManually, Description: u.Identity.Description, Mobile: u.Contact.Mobile,
		EmployeeID: u.Identity.EmployeeID, Background: u.Contact.BackgroundURI, MobileApp: u.Contact.MobileApp,
		MaxAsync: u.Capacity.MaxAsyncChats, Profiles: u.Access.Profiles, APIUser: u.Identity.APIUser,
		Type: u.Identity.Kind.Number(), AppKeys: u.Access.AllowedAppKeys, OAuth: u.Access.OAuth2ClientID,
		LOBs: u.Access.LinesOfBusiness,
	}
}

// bare answers as any handler would: what it has, encoded.
func bare(u *user.User) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Body != nil {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				http.Error(w, "body", http.StatusBadRequest)
				return
			}
			if len(body) > 0 {
				var sent map[string]any
				if err := json.Unmarshal(body, &sent); err != nil {
					http.Error(w, "body", http.StatusBadRequest)
					return
				}
			}
		}
		body, err := json.Marshal(wireUserOf(u))
		if err != nil {
			http.Error(w, "user", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
	})
}

// TestBareAgrees: the bare handler writes the same bytes, so that comparing their cost means
// something.
func TestBareAgrees(t *testing.T) {
	e := newEnv(t)
	u := e.user(agent)
	w := httptest.NewRecorder()
	bare(&u).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if got := e.boss("GET", "/2", "").is(200).Body.String(); got != w.Body.String() {
		t.Errorf("the bare handler writes\n%s\nand the adapter\n%s", w.Body, got)
	}
}

// rewound is a body that can be sent again.
type rewound struct{ *strings.Reader }

func (rewound) Close() error { return nil }

// sender serves requests with one of the bodies, in turn.
func sender(h http.Handler, method, url string, bodies ...string) func() int {
	r := httptest.NewRequest(method, url, nil)
	r.Header.Set("Authorization", "Bearer t-boss")
	r.Header.Set("Content-Type", "application/json")
	w := vendorhttptest.NewDiscard()
	reader := strings.NewReader("")
	i := 0
	return func() int {
		if i++; len(bodies) > 0 {
			body := bodies[i%len(bodies)]
			reader.Reset(body)
			r.Body, r.ContentLength = rewound{reader}, int64(len(body))
		}
		w.Status = http.StatusOK
		w.Serve(h, r)
		return w.Status
	}
}

// BenchmarkReadRatio compares a read with a bare handler that encodes the same JSON. The bar: at
// most twice as much.
func BenchmarkReadRatio(b *testing.B) {
	e := newEnv(b)
	u := e.user(agent)
	ours, theirs := sender(e.handler, "GET", usersURL+"/2?v=6.0"), sender(bare(&u), "GET", usersURL+"/2?v=6.0")
	vendorhttptest.Ratio(b, func() {
		if status := ours(); status != http.StatusOK {
			b.Fatal(status)
		}
	}, func() { theirs() })
}

// BenchmarkWriteRatio compares a replacement with the front door's own call plus a bare handler
// that decodes the same body and encodes the same JSON. The bar: at most one and a half times as
// much.
func BenchmarkWriteRatio(b *testing.B) {
	e := newEnv(b)
	u := e.user(agent)
	bodies := make([]string, 128)
	for i := range bodies {
		bodies[i] = full("maxChats", i+1)
	}
	const url = usersURL + "/2?v=6.0"
	ours, theirs := sender(e.handler, "PUT", url, bodies...), sender(bare(&u), "PUT", url, bodies...)
	admin := e.dir.As("demo", roster.UserActor(boss))
	i := 0
	vendorhttptest.Ratio(b, func() {
		if status := ours(); status != http.StatusOK {
			b.Fatal(status)
		}
	}, func() {
		theirs()
		i++
		want := u
		want.Capacity.MaxChats = 200 + i%len(bodies) // another one than before, as each of ours is
		if _, err := admin.Patch(context.Background(), agent, user.Replacement(want)); err != nil {
			b.Fatal(err)
		}
	})
}

// full is a body with every member that the vendor's example has.
func full(members ...any) string {
	return change(append([]any{
		"pid", "6ab1b0c0-pid", "deleted", false, "disabledManually", false, "skillIds", []int{7, 8}, "lobIds", []int{},
		"changePwdNextLogin", false, "managerOf", []int{}, "permissionGroups", []int{}, "description", "", "mobileNumber", "",
		"employeeId", "E-2", "maxAsyncChats", "10", "backgndImgUri", "", "pnCertName", "", "isApiUser", false, "userTypeId", 1,
		"dateUpdated", "2015-06-22 19:20:03", "lastPwdChangeDate", "2015-06-22 19:20:03", "pictureId", "", "pictureUrl", "",
		"allowedAppKeys", "", "oauth2ClientId", "", "id", strconv.Itoa(int(agent)),
	}, members...)...)
}
