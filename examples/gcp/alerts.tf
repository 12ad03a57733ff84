# An upload that can't be served is recorded and acknowledged: nobody would look for it.
locals {
  # What the converter logs then.
  failures = [
    "upload refused",
    "database refused; it is left out",
    "documents in base/ refused; the last good ones are used",
    "rules refused; the last good ones are followed",
    "the server refuses too much",
  ]
}

resource "google_monitoring_notification_channel" "email" {
  count        = var.email == "" ? 0 : 1
  display_name = "${var.name}: ${var.email}"
  type         = "email"
  labels       = { email_address = var.email }
  depends_on   = [google_project_service.api]
}

# Of the log itself, not of a metric of it: it names the upload, and there is no metric that has
# to exist first.
resource "google_monitoring_alert_policy" "refused" {
  display_name          = "${var.name}: an upload can't be served"
  combiner              = "OR"
  notification_channels = google_monitoring_notification_channel.email[*].id

  conditions {
    display_name = "refused"
    condition_matched_log {
      filter = join(" AND ", [
        "resource.type=\"cloud_run_revision\"",
        "resource.labels.service_name=\"${google_cloud_run_v2_service.converter.name}\"",
        "severity=ERROR",
        "jsonPayload.message=(${join(" OR ", [for text in local.failures : "\"${text}\""])})",
      ])
      label_extractors = {
        upload = "EXTRACT(jsonPayload.upload)"
      }
    }
  }
  alert_strategy {
    auto_close = "604800s"
    notification_rate_limit {
      period = "300s"
    }
  }
  documentation {
    content = "What was served before still is. `gcloud run jobs execute ${var.name}-releases --region ${var.region} --args=releases,failures` says what is wrong with which upload."
  }
}

resource "google_monitoring_alert_policy" "late" {
  count                 = var.workflow ? 0 : 1
  display_name          = "${var.name}: an upload is not served after ten minutes"
  combiner              = "OR"
  notification_channels = google_monitoring_notification_channel.email[*].id

  conditions {
    display_name = "waits for more than ten minutes"
    condition_threshold {
      filter          = "metric.type=\"pubsub.googleapis.com/subscription/oldest_unacked_message_age\" AND resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=\"${google_pubsub_subscription.uploads[0].name}\""
      comparison      = "COMPARISON_GT"
      threshold_value = 600
      duration        = "0s"
      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }
  conditions {
    display_name = "was given up"
    condition_threshold {
      filter          = "metric.type=\"pubsub.googleapis.com/subscription/num_undelivered_messages\" AND resource.type=\"pubsub_subscription\" AND resource.labels.subscription_id=\"${google_pubsub_subscription.undelivered.name}\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"
      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }
  documentation {
    content = "The log of ${google_cloud_run_v2_service.converter.name} says why; uploads that wait are tried again and again."
  }
}
