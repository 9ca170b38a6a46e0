package history

// summaries are the sums that were computed for the current contents.
type summaries struct{}
