package voximplant_test

import (
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzServe: whatever is sent, the answer has the vendor's form and is never an internal error.
func FuzzServe(f *testing.F) {
	f.Add("AddUser", newUser, formType, "")
	f.Add("DelUser", "", formType, "user_id=3;55&user_name=&application_id=1")
	f.Add("GetUsers", "count=2&acd_status=READY;DND&order_by=user_id", "application/json", `{"with_skills":true}`)
	f.Add("SetUserInfo", "user_id=0&user_name=ann&application_name=myapp", "application/json", `{"new_user_name":"anna"}`)
	f.Add("TransferMoneyToUser", "user_id=all&amount=-5.67&strict_mode=false&currency=RUR", formType, "user_transaction_description=${user_id}")
	e := newEnv(f)
	f.Fuzz(func(t *testing.T, method, query, kind, body string) {
		r := httptest.NewRequest("POST", "/platform_api", strings.NewReader(body))
		r.URL.Path += "/" + method
		r.URL.RawQuery = login + "&" + query
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		e.handler.ServeHTTP(w, r)
		reply := decode(t, w.Body.String())
		if (reply.Error.Code == 0) != (reply.Result != nil) || reply.Error.Code == 2 || reply.Error.Code == 0 && w.Code != 200 {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
	})
}
