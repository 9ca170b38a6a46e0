package web

// clusters lists the model's clusters for the navigation; none while no model
// is in service, for an error page has the navigation too.
func (v *visit) clusters() []choice {
	scorer, err := v.site.source.Scorer()
	if err != nil {
		return nil
	}
	var list []choice
	for _, c := range scorer.Card(v.now).Clusters {
		href := clusterHref(c.ID)
		list = append(list, choice{Label: v.words.cluster(c.ID, c.Name), Href: href, Current: v.Request().URL.EscapedPath() == href})
	}
	return list
}
