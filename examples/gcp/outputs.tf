output "datasette" {
  description = "Where the data is served."
  value       = local.datasette
}

output "uploads" {
  description = "Where files go."
  value       = local.uploads
}

output "publishing" {
  description = "The page to publish files on."
  value       = var.publishing ? "${google_cloud_run_v2_service.publishing[0].uri}/-/dynasette/" : null
}

output "serving" {
  description = "Where databases, releases and the records of what failed are."
  value       = local.serving
}

output "registry" {
  description = "Where the images go."
  value       = local.registry
}

output "job" {
  description = "The job that converts all uploads at once."
  value       = google_cloud_run_v2_job.reconcile.name
}

output "releases" {
  description = "The job that lists releases, and goes back to one."
  value       = google_cloud_run_v2_job.releases.name
}
