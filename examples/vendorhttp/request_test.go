package vendorhttp_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ca74b63c/roster/examples/vendorhttp"
	"github.com/ca74b63c/roster/validate"
)

func request(query, contentType, body string) *http.Request {
	r := httptest.NewRequest("PUT", "/?"+query, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	return r
}

// show writes values as name=text, lists in brackets, with the first letter of the kind.
func show(list []vendorhttp.Value) string {
	var b strings.Builder
	for i, v := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		if v.Name != "" {
			b.WriteString(v.Name + "=")
		}
		switch v.Kind {
		case vendorhttp.List:
			b.WriteString("[" + show(v.Items) + "]")
		case vendorhttp.Object:
			b.WriteString("{" + show(v.Items) + "}")
		case vendorhttp.Null:
			b.WriteString("null")
		default:
			b.WriteString("tsnb"[v.Kind:v.Kind+1] + ":" + v.Text)
		}
	}
	return b.String()
}

const (
	formType = "application/x-www-form-urlencoded"
	jsonType = "application/json"
)

func TestReadWhatIsSent(t *testing.T) {
	for _, c := range []struct {
		name, query, kind, body string
		form                    vendorhttp.Form
		want                    string
	}{
		{"a query with bare semicolons", "user_id=3;55&a", "", "", vendorhttp.Form{}, "user_id=t:3;55 a=t:"},
		{"escapes and plus signs", "a=%3B+%C3%A9&&b%20c=1", "", "", vendorhttp.Form{}, "a=t:; é b c=t:1"},
		{"a form on any method", "q=1", formType, "a=1&b=2", vendorhttp.Form{Media: vendorhttp.AnyForm}, "q=t:1 a=t:1 b=t:2"},
		{"JSON keeps its types and its order", "", jsonType + "; charset=UTF-8", `{"b":1.50,"a":"x","c":true,"d":null,"e":[1,"2",{"f":[]}]}`, vendorhttp.Form{Media: vendorhttp.JSON}, "b=n:1.50 a=s:x c=b:true d=null e=[n:1 s:2 {f=[]}]"},
		{"query and JSON together", "q=1", jsonType, `{"a":1}`, vendorhttp.Form{Media: vendorhttp.JSON}, "q=t:1 a=n:1"},
		{"the query left alone", "q=1", jsonType, `{"a":1}`, vendorhttp.Form{Media: vendorhttp.JSON, IgnoreQuery: true}, "a=n:1"},
		{"Omnidesk's quoted form", "", formType, `"userID='UID'&viewID=1&newValue=1"`, vendorhttp.Form{Media: vendorhttp.AnyForm, Quoted: true}, "userID=t:UID viewID=t:1 newValue=t:1"},
		{"quotes are values unless the form removes them", "", formType, `a='b'`, vendorhttp.Form{Media: vendorhttp.AnyForm}, "a=t:'b'"},
		{"quotes that do not match stay", "", formType, `a='b&c='`, vendorhttp.Form{Media: vendorhttp.AnyForm, Quoted: true}, "a=t:'b c=t:'"},
		{"JSON that calls itself multipart", "", "multipart/form-data", "{\n\"userID\": \"UID\"\n}", vendorhttp.Form{Media: vendorhttp.AnyForm | vendorhttp.LooseMultipart}, "userID=s:UID"},
		{"multipart", "", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; name=\"b\"; filename=\"f\"\r\n\r\n2\r\n--x--\r\n", vendorhttp.Form{Media: vendorhttp.AnyForm}, "a=t:1 b=t:2"},
		{"lists by brackets", "", formType, "g[]=1&a=x&g[]=2&h[0]=3", vendorhttp.Form{Media: vendorhttp.AnyForm, Brackets: true}, "g=[t:1 t:2] a=t:x h=[t:3]"},
		{"no body needs no content type", "a=1", "", "", vendorhttp.Form{}, "a=t:1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, err := c.form.Read(request(c.query, c.kind, c.body))
			if err != nil || v.Err() != nil {
				t.Fatal(err, v.Err())
			}
			if got := show(v.Members); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestRefuseWhatCannotBeRead(t *testing.T) {
	all := vendorhttp.Form{Media: vendorhttp.AnyForm}
	for _, c := range []struct {
		name, query, kind, body string
		form                    vendorhttp.Form
		want                    error
	}{
		{"a broken escape", "a=%zz", "", "", all, vendorhttp.ErrMalformed},
		{"a broken escape in a name", "%zz=a", "", "", all, vendorhttp.ErrMalformed},
		{"a query over the limit", "a=" + strings.Repeat("a", vendorhttp.MaxBody), "", "", all, vendorhttp.ErrTooLarge},
		{"no content type", "", "", "a", all, vendorhttp.ErrMediaType},
		{"another content type", "", "text/plain", "a", all, vendorhttp.ErrMediaType},
		{"one that the endpoint does not take", "", jsonType, "{}", vendorhttp.Form{Media: vendorhttp.URLEncoded}, vendorhttp.ErrMediaType},
		{"another charset", "", jsonType + "; charset=latin1", "{}", all, vendorhttp.ErrMediaType},
		{"a body over the limit", "", jsonType, strings.Repeat(" ", vendorhttp.MaxBody+1), all, vendorhttp.ErrTooLarge},
		{"cut JSON", "", jsonType, `{"a":`, all, vendorhttp.ErrMalformed},
		{"two documents", "", jsonType, `{}{}`, all, vendorhttp.ErrMalformed},
		{"no object", "", jsonType, `[1]`, all, vendorhttp.ErrMalformed},
		{"too deep", "", jsonType, strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40), all, vendorhttp.ErrMalformed},
		{"too many values", strings.Repeat("a&", 10_001), "", "", all, vendorhttp.ErrTooLarge},
		{"too many elements", "", jsonType, `{"a":[` + strings.Repeat("1,", 10_001) + `1]}`, all, vendorhttp.ErrTooLarge},
		{"multipart without boundary", "", "multipart/form-data", "{}", all, vendorhttp.ErrMalformed},
		{"cut multipart", "", "multipart/form-data; boundary=x", "--x\r\n", all, vendorhttp.ErrMalformed},
		{"a part without a name", "", "multipart/form-data; boundary=x", "--x\r\n\r\n1\r\n--x--\r\n", all, vendorhttp.ErrMalformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := c.form.Read(request(c.query, c.kind, c.body)); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
	chunked := request("", jsonType, strings.Repeat(" ", vendorhttp.MaxBody+1))
	chunked.ContentLength = -1
	if _, err := all.Read(chunked); !errors.Is(err, vendorhttp.ErrTooLarge) {
		t.Errorf("chunked: %v", err)
	}
	short := request("", jsonType, "{}")
	short.ContentLength = 3
	if _, err := all.Read(short); !errors.Is(err, vendorhttp.ErrMalformed) {
		t.Errorf("shorter than announced: %v", err)
	}
	broken := request("", jsonType, "")
	broken.Body, broken.ContentLength = io.NopCloser(brokenReader{}), -1
	if _, err := all.Read(broken); !errors.Is(err, vendorhttp.ErrMalformed) {
		t.Errorf("broken off: %v", err)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// problems lists path and code of each problem.
func problems(err error) []string {
	var invalid *validate.Error
	if !errors.As(err, &invalid) {
		return nil
	}
	var list []string
	for _, p := range invalid.Problems {
		list = append(list, p.Path+" "+string(p.Code))
	}
	return list
}

func TestProblemsOfTheForm(t *testing.T) {
	all := vendorhttp.Form{Media: vendorhttp.AnyForm, Names: words}
	for _, c := range []struct {
		name, query, kind, body string
		want                    []string
	}{
		{"a name twice in the query", "a=1&b=2&a=1", "", "", []string{"/a duplicate"}},
		{"a name in query and body", "a=1", formType, "a=1", []string{"/a duplicate"}},
		{"a member twice", "", jsonType, `{"a":1,"b":{"c":1,"c":2}}`, []string{"/b/c duplicate"}},
		{"members twice among many", "", formType, "a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q&a", []string{"/a duplicate"}},
		{"bytes that are no text", "a=%ff", "", "", []string{"/a invalid_utf8"}},
		{"a name that is no text", "%ff=1", "", "", []string{" invalid_utf8"}},
		{"NUL", "a=%00", "", "", []string{"/a control_character"}},
		{"NUL in JSON", "", jsonType, `{"a":"\u0000","b":["\u0000"]}`, []string{"/a control_character", "/b/0 control_character"}},
		{"JSON that is no text", "", jsonType, "{\"a\":\"\xff\"}", []string{" invalid_utf8"}},
		{"an unknown name twice", "hunter2&hunter2", "", "", []string{" duplicate"}},
		{"an unknown member twice", "", jsonType, `{"a":{"hunter2":1,"hunter2":2}}`, []string{"/a duplicate"}},
		{"NUL behind an unknown name", "", jsonType, `{"hunter2":"\u0000","a":{"hunter2":["\u0000",{"b":"\u0000","b":1}]}}`, []string{" control_character", "/a control_character", "/a control_character", "/a duplicate"}},
		{"bytes behind an unknown name", "hunter2=%ff", "", "", []string{" invalid_utf8"}},
		{"an element of a list", "groups[]=%00", "", "", []string{"/groups control_character"}},
		{"NUL in a part", "", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\x00\r\n--x--\r\n", []string{"/a control_character"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			v, err := all.Read(request(c.query, c.kind, c.body))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, problems(v.Err())); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(c.want, problems(v.Reader().Err())); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestDocument(t *testing.T) {
	form := vendorhttp.Form{Media: vendorhttp.JSON, Names: words}
	v, err := form.Document(request("a=1", jsonType, `[{"a":1},{"a":2,"a":3}]`))
	if err != nil {
		t.Fatal(err)
	}
	list, many := v.Readers()
	if n, _ := list[1].Int("a"); len(list) != 2 || !many || n != 2 {
		t.Errorf("%d readers, many %t", len(list), many)
	}
	if d := cmp.Diff([]string{"/1/a duplicate"}, problems(v.Err())); d != "" {
		t.Error(d)
	}
	one, err := form.Document(request("", jsonType, `{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	if list, many := one.Readers(); len(list) != 1 || many || list[0].Path("a") != "/a" {
		t.Errorf("%d readers, many %t", len(list), many)
	}
	for body, want := range map[string]string{"": " required", "null": " required", "1": " invalid", `[1]`: "/0 invalid"} {
		v, err := form.Document(request("", jsonType, body))
		if err != nil {
			t.Fatal(err)
		}
		list, _ := v.Readers()
		if got := problems(v.Err()); list != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%q: %v %v, want %s", body, list, got, want)
		}
	}
}

func TestQueryAlone(t *testing.T) {
	form := vendorhttp.Form{Names: words}
	v, err := form.Query(request("a=1&a=2", jsonType, `{"b":1}`))
	if err != nil || show(v.Members) != "a=t:1 a=t:2" || v.Text("a") != "1" || v.Text("b") != "" || v.Err() == nil {
		t.Errorf("%v %s", err, show(v.Members))
	}
	if _, err := form.Query(request("a=%", "", "")); !errors.Is(err, vendorhttp.ErrMalformed) {
		t.Error(err)
	}
}

func TestReadIntoForgets(t *testing.T) {
	var v vendorhttp.Values
	form := vendorhttp.Form{Media: vendorhttp.AnyForm}
	if err := form.ReadInto(request("a=secret&a=2&b=3", "", ""), &v); err != nil || v.Err() == nil {
		t.Fatal(err, v.Err())
	}
	kept := v.Members[:3]
	if err := form.ReadInto(request("c=1", "", ""), &v); err != nil || v.Err() != nil || show(v.Members) != "c=t:1" {
		t.Errorf("%v %v %s", err, v.Err(), show(v.Members))
	}
	if kept[1].Text != "" || kept[2].Text != "" {
		t.Error("the texts of the request before are still there")
	}
}

func FuzzRead(f *testing.F) {
	f.Add("a=1&b=%00", formType, `"a='b'&g[]=1"`)
	f.Add("", jsonType, `{"a":[1,{"b":null}],"c":"\ud800"}`)
	f.Add("a", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n")
	f.Add(";", "multipart/form-data", `{"a":true}`)
	form := vendorhttp.Form{Media: vendorhttp.AnyForm | vendorhttp.LooseMultipart, Quoted: true, Brackets: true}
	f.Fuzz(func(t *testing.T, query, kind, body string) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.URL.RawQuery = query
		r.Header.Set("Content-Type", kind)
		v, err := form.Read(r)
		if err != nil {
			if f := vendorhttp.FailureOf(err); f.Code != vendorhttp.CodeMalformed && f.Code != vendorhttp.CodeTooLarge && f.Code != vendorhttp.CodeUnsupportedMedia {
				t.Errorf("%v is %v", err, f.Code)
			}
			return
		}
		in := v.Reader()
		for _, m := range v.Members {
			in.Text(m.Name)
			in.Bool(m.Name)
			in.Ints(";", m.Name)
			in.Texts(",", m.Name)
			in.Object(m.Name)
			in.Objects(m.Name)
		}
		in.Unknown()
		var invalid *validate.Error
		if err := in.Err(); err != nil && !errors.As(err, &invalid) {
			t.Errorf("%T", err)
		}
	})
}
