package api

import (
	"net/http"
	"strings"
	"testing"
)

// HEAD answers as GET does, with the same header and no body.
func TestHead(t *testing.T) {
	server := chronicleServer(t)
	for _, target := range []string{"/livez", "/openapi.json", "/v1/features", "/v1/model", "/v1/accounts", acme + "/health", "/nowhere", acme + "/health?as_of=soon"} {
		get, head := request(server, "GET", target, nil, nil), request(server, "HEAD", target, nil, nil)
		if head.Code != get.Code || head.Body.Len() != 0 {
			t.Errorf("%s: %d with %d bytes, GET has %d", target, head.Code, head.Body.Len(), get.Code)
		}
		for _, name := range []string{"Content-Type", "Content-Length", "Content-Language"} {
			if got, want := head.Header().Get(name), get.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q, GET has %q", target, name, got, want)
			}
		}
	}
	if w := request(server, "HEAD", "/v1/predict", nil, nil); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("HEAD of a route that has no GET: %d", w.Code)
	}
	for target, want := range map[string]bool{"/v1/features": true, "/v1/predict": false} {
		method := map[bool]string{true: "POST", false: "GET"}[want]
		if allow := request(server, method, target, nil, nil).Header().Get("Allow"); strings.Contains(allow, "HEAD") != want {
			t.Errorf("%s allows %q", target, allow)
		}
	}
}
