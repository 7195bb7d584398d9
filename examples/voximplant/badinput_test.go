package voximplant_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/examples/vendorhttp/vendorhttptest"
	"github.com/ca74b63c/roster/examples/voximplant"
	"github.com/ca74b63c/roster/permission"
)

// addQuery adds parameters to the query of a request.
func addQuery(pairs ...string) func(*http.Request) {
	return func(r *http.Request) {
		values := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			values.Set(pairs[i], pairs[i+1])
		}
		if r.URL.RawQuery != "" {
			r.URL.RawQuery += "&"
		}
		r.URL.RawQuery += values.Encode()
	}
}

func TestBadInput(t *testing.T) {
	e := newEnv(t)
	var log vendorhttptest.Log
	handler := voximplant.New(e.dir, e.realm, vendorhttp.Options{Clock: func() time.Time { return now }, Log: log.Take})
	text := func(name, good string, required bool) vendorhttptest.Field {
		return vendorhttptest.Field{Name: name, Good: good, Required: required, EmptyIsAbsent: !required, JSONText: true}
	}
	number := func(name, good string) vendorhttptest.Field {
		return vendorhttptest.Field{Name: name, Good: good, WrongType: "x", EmptyIsAbsent: true}
	}
	flag := func(name string) vendorhttptest.Field {
		return vendorhttptest.Field{Name: name, WrongType: "maybe", EmptyIsAbsent: true}
	}
	selector := func(f vendorhttptest.Field) vendorhttptest.Field {
		f.Required = true
		return f
	}
	methods := []struct {
		name   string
		fields []vendorhttptest.Field
	}{
		{"AddUser", []vendorhttptest.Field{
			selector(number("application_id", "1")), text("application_name", "", false), text("user_name", "kim-1", true),
			text("user_display_name", "Kim", true), text("user_password", "Demo-Passw0rd!", true),
			flag("parent_accounting"), flag("user_active"), text("user_custom_data", "", false), text("mobile_phone", "", false),
		}},
		{"DelUser", []vendorhttptest.Field{
			number("application_id", "1"), text("application_name", "", false), selector(number("user_id", "3;55")),
			text("user_name", "", false),
		}},
		{"GetUsers", []vendorhttptest.Field{
			number("application_id", "1"), text("application_name", "", false), number("acd_queue_id", ""), number("count", "5"),
			{Name: "acd_status", WrongType: "AWAY", EmptyIsAbsent: true}, number("excluded_acd_queue_id", ""),
			number("excluded_skill_id", ""), number("offset", "0"), {Name: "order_by", Good: "user_id", WrongType: "1", EmptyIsAbsent: true},
			flag("return_live_balance"), number("showing_skill_id", ""), number("skill_id", ""), flag("user_active"),
			text("user_display_name", "", false), number("user_id", ""), text("user_name", "", false), flag("with_queues"), flag("with_skills"),
		}},
		{"SetUserInfo", []vendorhttptest.Field{
			number("application_id", ""), text("application_name", "", false), selector(number("user_id", "3")),
			text("new_user_name", "", false),
			flag("parent_accounting"), flag("user_active"), text("user_custom_data", "", false),
			text("user_display_name", "Casper", false), text("user_name", "", false), text("user_password", "", false),
		}},
		{"TransferMoneyToUser", []vendorhttptest.Field{
			text("account_transaction_description", "", false), {Name: "amount", Good: "1", Required: true, WrongType: "x"},
			number("application_id", ""), text("application_name", "", false), {Name: "currency", Good: "USD", WrongType: "5", EmptyIsAbsent: true}, flag("strict_mode"),
			selector(number("user_id", "1")), text("user_name", "", false), text("user_transaction_description", "", false),
		}},
	}
	var endpoints []vendorhttptest.Endpoint
	for _, m := range methods {
		base := vendorhttptest.Endpoint{Path: "/platform_api/" + m.name, Fields: m.fields, Untyped: true, Methods: []string{"GET", "POST"}}
		for _, way := range []struct {
			name, method string
			media        vendorhttp.Media
		}{
			{"query", "GET", 0}, {"form", "POST", vendorhttp.URLEncoded}, {"multipart", "POST", vendorhttp.Multipart}, {"JSON", "POST", vendorhttp.JSON},
		} {
			endpoint := base
			endpoint.Name, endpoint.Method, endpoint.Media = m.name+" "+way.name, way.method, way.media
			endpoints = append(endpoints, endpoint)
		}
	}
	vendorhttptest.BadInput(t, vendorhttptest.Vendor{
		Handler: handler, Log: &log,
		Login: addQuery("account_id", "1", "api_key", "key-owner"),
		Wrong: []func(*http.Request){
			func(*http.Request) {},
			addQuery("account_id", "1"),
			addQuery("account_id", "1", "api_key", "wrong"),
			addQuery("account_id", "1", "api_key", "key-other"),
			addQuery("account_id", "2", "api_key", "key-owner"),
			func(r *http.Request) { r.Header.Set("Authorization", "Bearer x.y.z") },
		},
		Revision: e.revision,
		Policy:   permission.Voximplant(),
		Refused: func(t *testing.T, w *httptest.ResponseRecorder, k vendorhttptest.Kind) {
			t.Helper()
			want := map[vendorhttptest.Kind]int{vendorhttptest.WrongMethod: 405, vendorhttptest.WrongMedia: 415, vendorhttptest.BodyTooLarge: 413}[k]
			if want == 0 {
				want = 200
			}
			r := decode(t, w.Body.String())
			if w.Code != want || r.Error.Code == 0 || r.Error.Msg == "" || len(r.Errors) == 0 || r.Error.Code <= 4 {
				t.Errorf("status %d: %.300s", w.Code, w.Body)
			}
		},
	}, endpoints)
}
