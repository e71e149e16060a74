# The workload puts what it could not deliver into its region's queue.
resource "google_cloud_tasks_queue_iam_member" "workload" {
  for_each = module.edge.webhook_queues

  project  = split("/", each.value)[1]
  location = each.key
  name     = split("/", each.value)[5]
  role     = "roles/cloudtasks.enqueuer"
  member   = local.workload_principal
}
