package web

// route is an address and what answers there.
type route struct {
	path   string
	handle func(v *visit) error
}

// routes are all pages; a page's handler ends in v.render.
var routes = []route{}
