# What an operator of Redmine has set up by its screens: a project for each customer with their address in a field of its own, and a rep.
Setting.rest_api_enabled = '1'
Setting.cross_project_issue_relations = '1'
User.find_by_login('admin').update_columns(must_change_passwd: false)
email = ProjectCustomField.create!(name: 'Customer e-mail', field_format: 'string')
ProjectCustomField.create!(name: 'Contract', field_format: 'string')
IssueCustomField.create!(name: 'Serial number', field_format: 'string', is_for_all: true, tracker_ids: Tracker.pluck(:id))
rep = User.new(firstname: 'Rae', lastname: 'Rep', mail: 'rep@example.com')
rep.login = 'rep'
rep.password = rep.password_confirmation = 'password-of-a-run'
rep.save!
projects = { 'acme' => 'ann@example.com', 'own' => 'rep@example.com' }.map do |name, address|
  project = Project.new(name: name, identifier: name, is_public: false)
  project.trackers = Tracker.all
  project.enabled_module_names = %w(issue_tracking time_tracking news files wiki)
  project.custom_field_values = { email.id.to_s => address }
  project.save!
  Member.create!(principal: rep, project: project, roles: [Role.find_by_name('Manager')])
  project
end
state = { 'New' => IssueStatus.find_by_name('New'), 'Closed' => IssueStatus.find_by_name('Closed') }
{ 'a delivery' => 'New', 'another one' => 'New', 'a closed one' => 'Closed' }.each do |subject, status|
  Issue.create!(project: projects[0], tracker: Tracker.first, status: state[status], priority: IssuePriority.first, author: rep, subject: subject)
end
Issue.create!(project: projects[1], tracker: Tracker.first, status: state['New'], priority: IssuePriority.first, author: rep, subject: 'an issue of the rep')
puts({ admin: User.find_by_login('admin').api_key, rep: rep.api_key }.to_json)
